{% macro without_blanks(text) %}
    {# A text without spaces of any kind and without control characters before and after it. #}
    {{ return(adapter.dispatch('without_blanks')(text)) }}
{%- endmacro %}

{% macro default__without_blanks(text) -%}
    regexp_replace({{ text }}, '^[\pZ\pC]+|[\pZ\pC]+$', '', 'g')
{%- endmacro %}

{% macro spark__without_blanks(text) -%}
    regexp_replace({{ text }}, '^[\\p{Z}\\p{C}]+|[\\p{Z}\\p{C}]+$', '')
{%- endmacro %}
