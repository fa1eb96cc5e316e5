{% macro view_statements(name, queries) %}
    {# What makes a view of the rows of all `queries`, in the order in which it has to run. #}
    {{ return(adapter.dispatch('view_statements')(name, queries)) }}
{% endmacro %}

{% macro default__view_statements(name, queries) %}
    {{ return(['create or replace view ' ~ name ~ ' as ' ~ queries | join(' union all ')]) }}
{% endmacro %}

{% macro spark__view_statements(name, queries) %}
    {#
        Spark's own catalogue keeps no view of more than 32,700 characters: of more queries, views of
        some of them come first.
    #}
    {% set parts, length = [[]], namespace(value=0) %}
    {% for query in queries %}
        {% if parts[-1] and length.value + query | length > 16000 %}
            {% do parts.append([]) %}
            {% set length.value = 0 %}
        {% endif %}
        {% do parts[-1].append(query) %}
        {% set length.value = length.value + query | length %}
    {% endfor %}
    {% set statements, names = [], [] %}
    {% for part in parts if parts | length > 1 %}
        {% do names.append('select * from ' ~ name ~ '__part_' ~ loop.index) %}
        {% do statements.extend(
            default__view_statements(name ~ '__part_' ~ loop.index, part)
        ) %}
    {% endfor %}
    {{ return(statements + default__view_statements(name, names or queries)) }}
{% endmacro %}
