{% macro bin_width(value) %}
    {#
        Counted by digits, not by logarithms, which lose a hair at powers of ten.
    #}
    cast(power(
        10, greatest(length(cast(cast(floor({{ value }}) as bigint) as string)) - 2, 0)
    ) as bigint)
{%- endmacro %}
