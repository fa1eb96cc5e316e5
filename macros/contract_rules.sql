{% macro contract_rules(column) %}
    {#
        The rules of one column, each with the condition that breaks it. Whole numbers are compared
        with their fraction, because a cast would round 2.7 to 3 in silence; digits of a decimal
        beyond its scale are rounded.
    #}
    {% set value = column.staged_name %}
    {% set typed = contract_cast(column) | trim %}
    {% set words = {
        'integer': 'a whole number', 'bigint': 'a whole number', 'double': 'a number',
        'date': 'a date', 'timestamp': 'a timestamp', 'boolean': 'a boolean',
    } %}
    {% set sound = typed ~ ' is not null' %}
    {% if column.data_type in ('integer', 'bigint') %}
        {% set sound = 'coalesce(' ~ typed ~ ' = try_cast(' ~ value ~ ' as double), false)' %}
    {% elif column.data_type in ('double', 'date', 'timestamp') %}
        {% set sound = 'coalesce(' ~ is_finite(typed, column.data_type) ~ ', false)' %}
    {% endif %}
    {% set rules = [] %}
    {% if not column.is_nullable %}
        {% set missing = typed if column.data_type == 'string' else value %}
        {% do rules.append({'rule': column.name ~ ' is missing', 'when': missing ~ ' is null'}) %}
    {% endif %}
    {% if column.data_type != 'string' %}
        {% do rules.append({
            'rule': column.name ~ ' is not ' ~ words.get(column.data_type, 'a number'),
            'when': value ~ ' is not null and not ' ~ sound if sound.startswith('coalesce')
                else value ~ ' is not null and ' ~ typed ~ ' is null',
        }) %}
    {% endif %}
    {% if column.accepted_values %}
        {% set quote = "'" if column.data_type == 'string' else '' %}
        {% set listed = column.accepted_values | join(quote ~ ', ' ~ quote) %}
        {% do rules.append({
            'rule': column.name ~ ' is none of ' ~ column.accepted_values | join(', '),
            'when': typed ~ ' not in (' ~ quote ~ listed ~ quote ~ ')',
        }) %}
    {% endif %}
    {% if column.minimum is not none %}
        {% do rules.append({
            'rule': column.name ~ ' is below ' ~ column.minimum,
            'when': typed ~ ' < ' ~ column.minimum,
        }) %}
    {% endif %}
    {{ return(rules) }}
{% endmacro %}
