{% macro rules_of_numbers(column, given) %}
    {#
        The rules of a column of numbers: each is one, whole where that is declared, and of a size that
        arithmetic has room for. A cast would round 2.7 to 3 in silence, and overflow would stop a
        build.
    #}
    {% set type, number = column.data_type, 'try_cast(' ~ given ~ ' as double)' %}
    {% set is_whole = type in ('integer', 'bigint') %}
    {% set limits = {'integer': 10 ** 9, 'bigint': 10 ** 15, 'double': none} %}
    {% set limit = limits.get(type, 10 ** 13) if column.maximum is none else column.maximum %}
    {% set shape = matches(given, text_pattern(column)) if column.is_text
        else 'coalesce(' ~ is_finite(number, 'double') ~ ', false)' %}
    {% set fault = 'not ' ~ shape %}
    {% if is_whole and not column.is_text %}
        {% set fault = fault ~ ' or ' ~ number ~ ' != round(' ~ number ~ ')' %}
    {% endif %}
    {% set rules = [{
        'rule': column.name ~ ' is not ' ~ ('a whole number' if is_whole else 'a number'),
        'when': given ~ ' is not null and (' ~ fault ~ ')',
    }] %}
    {% if limit is not none %}
        {% do rules.append({
            'rule': column.name ~ ' is beyond ' ~ '{:,}'.format(limit),
            'when': 'abs(' ~ number ~ ') > ' ~ limit,
        }) %}
    {% endif %}
    {{ return(rules) }}
{% endmacro %}
