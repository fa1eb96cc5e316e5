{% macro wilson_bound(successes, trials, side) %}
    {#
        3.8415 is the square of 1.96, the normal quantile of 95%. Rounding may leave 0 to 1 by a hair;
        greatest() and least() pass over nulls, so no trials need a case of their own.
    #}
    {% set sign = {'lower': '-', 'upper': '+'}[side] %}
    case when {{ trials }} > 0 then greatest(0, least(1, (
        {{ successes }} + 1.920729410347062 {{ sign }} 1.959963984540054 * sqrt(
            cast({{ successes }} as double) * ({{ trials }} - {{ successes }})
            / nullif({{ trials }}, 0) + 0.960364705173531
        )
    ) / ({{ trials }} + 3.841458820694124))) end
{%- endmacro %}
