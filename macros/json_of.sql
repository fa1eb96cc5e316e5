{% macro json_of(columns) %}
    {# A landed row as JSON text, personal values hashed. #}
    {% set pairs = [] %}
    {% for column in columns %}
        {% do pairs.append("'" ~ column.staged_name ~ "', " ~ column.staged_name) %}
    {% endfor %}
    cast(json_object({{ pairs | join(', ') }}) as string)
{%- endmacro %}
