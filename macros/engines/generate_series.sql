{% macro spark__generate_series(upper_bound) %}
    select id as generated_number
    from range(1, {{ upper_bound }} + 1)
{%- endmacro %}
