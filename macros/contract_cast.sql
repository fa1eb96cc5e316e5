{% macro contract_cast(column) %}
    {# A landed value as its declared type; null where it is none of it. Blank text is null. #}
    {% if column.data_type == 'string' -%}
        nullif(trim(cast({{ column.staged_name }} as string)), '')
    {%- else -%}
        try_cast({{ column.staged_name }} as {{ column.data_type }})
    {%- endif %}
{%- endmacro %}
