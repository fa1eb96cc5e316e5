{% macro row_hash(columns) %}
    {# A number of 64 bits that equal values share, and others hardly ever. #}
    {{ return(adapter.dispatch('row_hash')(columns)) }}
{%- endmacro %}

{% macro default__row_hash(columns) -%}
    hash({{ columns }})
{%- endmacro %}

{% macro spark__row_hash(columns) -%}
    xxhash64({{ columns }})
{%- endmacro %}
