{% macro read_to_build() %}
    {# The build up to which this incremental model has read all changes, as an SQL expression. #}
    {{ return(adapter.dispatch('read_to_build')()) }}
{% endmacro %}

{% macro default__read_to_build() %}
    {% set query %}
        coalesce(
            (select read_to_build from meta.incremental_models where model = '{{ model.name }}'), 0
        )
    {% endset %}
    {{ return(query) }}
{%- endmacro %}

{% macro spark__read_to_build() %}
    {# The number itself: the row is overwritten while statements that name it are executed. #}
    {% if 'read_to_build' not in model %}
        {% set query = 'select ' ~ default__read_to_build() %}
        {% do model.update({'read_to_build': run_query(query).columns[0].values()[0]}) %}
    {% endif %}
    {{ return(model.read_to_build) }}
{% endmacro %}
