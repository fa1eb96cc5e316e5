{% macro rules_of_times(column, typed) %}
    {#
        The rules of a date or time: it lies in the life of a shop, and not after its row was loaded
        unless it may lie ahead. 1970 and 9999 are no times but words for none.
    #}
    {% set first = var('first_plausible_day') %}
    {% set rules = [{
        'rule': column.name ~ ' lies before ' ~ first,
        'when': typed ~ " < cast('" ~ first ~ "' as " ~ column.data_type ~ ')',
    }] %}
    {% if not column.may_lie_ahead %}
        {# A day for clocks, and for days that begin elsewhere before they do in UTC. #}
        {% do rules.append({
            'rule': column.name ~ ' lies after its row was loaded',
            'when': typed ~ " > _loaded_at + interval '1' day",
        }) %}
    {% endif %}
    {{ return(rules) }}
{% endmacro %}
