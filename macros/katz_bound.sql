{% macro katz_bound(successes, trials, base_successes, base_trials, side) %}
    {# The interval of the logarithm of the ratio, turned back. Without a success there is none. #}
    {% set sign = {'lower': '-', 'upper': '+'}[side] %}
    case when {{ successes }} > 0 and {{ base_successes }} > 0 then exp(
        ln(({{ ratio(successes, trials) }}) / ({{ ratio(base_successes, base_trials) }}))
        {{ sign }} 1.959963984540054 * sqrt(greatest(0,
            {{ ratio('1', successes) }} - {{ ratio('1', trials) }}
            + {{ ratio('1', base_successes) }} - {{ ratio('1', base_trials) }}
        ))
    ) - 1 end
{%- endmacro %}
