{% macro json_of(columns) %}
    {# A landed row as JSON text, personal values hashed. #}
    {{ return(adapter.dispatch('json_of')(columns)) }}
{%- endmacro %}

{% macro default__json_of(columns) %}
    {% set pairs = [] %}
    {% for column in columns %}
        {% do pairs.append("'" ~ column.staged_name ~ "', " ~ column.staged_name) %}
    {% endfor %}
    cast(json_object({{ pairs | join(', ') }}) as string)
{%- endmacro %}

{% macro spark__json_of(columns) %}
    {# Spark has its own way to write times; as text they look the same everywhere. #}
    {% set pairs = [] %}
    {% for column in columns %}
        {% set value = column.staged_name %}
        {% if column.landed_type == 'timestamp_ntz' %}
            {% set value = 'cast(' ~ value ~ ' as string)' %}
        {% endif %}
        {% do pairs.append("'" ~ column.staged_name ~ "', " ~ value) %}
    {% endfor %}
    to_json(named_struct({{ pairs | join(', ') }}), map('ignoreNullFields', 'false'))
{%- endmacro %}
