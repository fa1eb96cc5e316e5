{% macro newcombe_bound(successes, trials, base_successes, base_trials, side) %}
    {% set sign, other = {'lower': ('-', 'upper'), 'upper': ('+', 'lower')}[side] %}
    {% set share = ratio(successes, trials) %}
    {% set base = ratio(base_successes, base_trials) %}
    ({{ share }}) - ({{ base }}) {{ sign }} sqrt(
        power(({{ share }}) - ({{ wilson_bound(successes, trials, side) }}), 2)
        + power(({{ base }}) - ({{ wilson_bound(base_successes, base_trials, other) }}), 2)
    )
{%- endmacro %}
