{% macro is_finite(value, data_type) %}
    {# Whether a number, date or timestamp is one: neither infinite nor NaN; null where it is null. #}
    {{ return(adapter.dispatch('is_finite')(value, data_type)) }}
{%- endmacro %}

{% macro default__is_finite(value, data_type) -%}
    isfinite({{ value }})
{%- endmacro %}

{% macro spark__is_finite(value, data_type) -%}
    {# No date or timestamp of Spark is infinite. What is infinite, or no number, has no difference of 0. #}
    {% if data_type == 'double' %}{{ value }} - {{ value }} = 0{% else -%}
    {{ value }} is not null{% endif %}
{%- endmacro %}
