{% macro landed_text(column) %}
    {# A landed value as text without blanks around it, or null. #}
    {%- set text = 'cast(' ~ column.staged_name ~ ' as string)' -%}
    nullif({{ without_blanks(text) }}, '')
{%- endmacro %}
