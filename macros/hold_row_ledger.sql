{% macro hold_row_ledger(counted) %}
    {# Stops the build if rows are unaccounted for, of which `counted` tells the number. #}
    {% set system, table = model.sources[0] %}
    {% set unaccounted = counted.columns[0].values()[0] %}
    {% if unaccounted != 0 %}
        {{ exceptions.raise_compiler_error(
            'The row ledger of ' ~ system ~ '.' ~ table ~ ' does not balance: ' ~ unaccounted
            ~ ' landed rows are neither valid, superseded, deleted nor quarantined. '
            ~ 'Look for a filter or join in ' ~ model.name ~ '.'
        ) }}
    {% endif %}
{% endmacro %}
