{% macro bin_start(value) %}
    cast(
        floor(floor({{ value }}) / {{ bin_width(value) }}) * {{ bin_width(value) }} as bigint
    )
{%- endmacro %}
