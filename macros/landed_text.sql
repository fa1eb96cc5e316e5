{% macro landed_text(column) %}
    {# A landed value as text without blanks around it, or null, in the form in which values are read. #}
    {%- set text = 'cast(' ~ column.staged_name ~ ' as string)' -%}
    {{- text_as_read(column, 'nullif(' ~ without_blanks(text) ~ ", '')") -}}
{%- endmacro %}
