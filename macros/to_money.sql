{% macro to_money(expression) %}
    {# An amount rounded to the cent, half away from zero. #}
    cast(round({{ expression }}, 2) as decimal(18, 2))
{%- endmacro %}
