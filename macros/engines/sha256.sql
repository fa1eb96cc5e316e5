{% macro sha256(value) %}
    {# The hash of a text, as hexadecimal digits. #}
    {{ return(adapter.dispatch('sha256')(value)) }}
{%- endmacro %}

{% macro default__sha256(value) %}
    sha256({{ value }})
{%- endmacro %}

{% macro spark__sha256(value) %}
    sha2({{ value }}, 256)
{%- endmacro %}
