{% macro contract_rules(column) %}
    {#
        The rules of one column, each with the condition that breaks it, in the order in which they
        are told. Digits of a decimal beyond its scale are rounded.
    #}
    {% set name, type, typed = column.name, column.data_type, column.value %}
    {% set text, given = column.text, column.text if column.is_text else column.staged_name %}
    {% set rules = [] %}
    {% if not column.is_nullable %}
        {% set missing = typed if type == 'string' else given %}
        {% do rules.append({'rule': name ~ ' is missing', 'when': missing ~ ' is null'}) %}
    {% endif %}
    {% if type == 'string' and name.endswith('_id') %}
        {% do rules.append({
            'rule': name ~ ' has lost digits, as spreadsheets shorten long numbers',
            'when': "(" ~ text ~ " like '%+%' or " ~ text ~ " like '%.0') and "
                ~ matches(text, '[0-9]([.][0-9]+)?[eE][+][0-9]+|[0-9]{16,}[.]0'),
        }) %}
    {% elif type in ('date', 'timestamp', 'boolean') %}
        {% set word = {'date': 'a date', 'timestamp': 'a timestamp', 'boolean': 'a boolean'}[type] %}
        {% set sound = typed ~ ' is not null' if column.is_text or type == 'boolean'
            else 'coalesce(' ~ is_finite(typed, type) ~ ', false)' %}
        {% do rules.append({
            'rule': name ~ ' is not ' ~ word, 'when': given ~ ' is not null and not (' ~ sound ~ ')',
        }) %}
        {% if type != 'boolean' %}{% do rules.extend(rules_of_times(column, typed)) %}{% endif %}
    {% elif type != 'string' %}
        {% do rules.extend(rules_of_numbers(column, given)) %}
    {% endif %}
    {% if column.accepted_values %}
        {% set quote = "'" if type == 'string' else '' %}
        {% set listed = column.accepted_values | join(quote ~ ', ' ~ quote) %}
        {% do rules.append({
            'rule': name ~ ' is none of ' ~ column.accepted_values | join(', '),
            'when': typed ~ ' not in (' ~ quote ~ listed ~ quote ~ ')',
        }) %}
    {% endif %}
    {% if column.minimum is not none %}
        {% do rules.append({
            'rule': name ~ ' is below ' ~ column.minimum, 'when': typed ~ ' < ' ~ column.minimum,
        }) %}
    {% endif %}
    {{ return(rules) }}
{% endmacro %}
