{% macro get_column_comment_sql(column_name, column_dict) -%}
    {# dbt's own body escapes quotes with a backslash, which is a letter here like any other. #}
    {% set description = column_dict.get(column_name, {}).get('description', '') %}
    {{ adapter.quote(column_name) }} comment '{{ description | trim | replace("'", "''") }}'
{%- endmacro %}
