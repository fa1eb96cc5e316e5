{% macro landed_types(relation, columns) %}
    {#
        The columns of a contract, on Spark with their landed_type: it reads text more generously
        than DuckDB does, so contract_cast() has to know what was text.
    #}
    {{ return(adapter.dispatch('landed_types')(relation, columns)) }}
{% endmacro %}

{% macro default__landed_types(relation, columns) %}
    {{ return(columns) }}
{% endmacro %}

{% macro spark__landed_types(relation, columns) %}
    {% set types = {} %}
    {% for column in adapter.get_columns_in_relation(relation) %}
        {% do types.update({column.name: column.dtype}) %}
    {% endfor %}
    {% set typed = [] %}
    {% for column in columns %}
        {% set landed = 'string' if column.is_personal else types.get(column.name, 'string') %}
        {% do typed.append(dict(column, landed_type=landed)) %}
    {% endfor %}
    {{ return(typed) }}
{% endmacro %}
