{% macro to_decimal(expression, scale) %}
    {#
        Not round(x, scale), which engines define each in its own way where a double comes as near as
        it can to a half.
    #}
    cast(
        round(({{ expression }}) * {{ 10 ** scale }}) / {{ 10 ** scale }} as decimal(18, {{ scale }})
    )
{%- endmacro %}
