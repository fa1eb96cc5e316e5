{% macro first_broken_rule(columns, rules) %}
    {# The first rule of a contract that a landed row breaks, in the order of its columns, or null. #}
    {% set broken = [] %}
    {% for column in columns %}
        {% do broken.extend(contract_rules(column)) %}
    {% endfor %}
    {% do broken.extend(rules) %}
    {% if not broken %}
        {{ return('cast(null as string)') }}
    {% endif %}
    case
        {% for item in broken %}
            when {{ item.when }} then '{{ item.rule | replace("'", "''") }}'
        {% endfor %}
    end
{% endmacro %}
