{% macro spark__persist_constraints(relation, model) %}
    {#
        Parquet tables hold no constraints, so what a contract declares is looked at once the table
        stands: a model that breaks it fails, and nothing is built on it.
    #}
    {% if not config.get('contract').enforced %}
        {{ return('') }}
    {% endif %}
    {% set faults, key = {}, [] %}
    {% for column in model.columns.values() %}
        {% for constraint in column.constraints %}
            {% if constraint.type in ('not_null', 'primary_key') %}
                {% do faults.update({column.name ~ ' is null': column.name ~ ' is null'}) %}
            {% endif %}
            {% if constraint.type == 'primary_key' %}
                {% do key.append(column.name) %}
            {% elif constraint.type == 'check' %}
                {% do faults.update({constraint.expression: 'not (' ~ constraint.expression ~ ')'}) %}
            {% endif %}
        {% endfor %}
    {% endfor %}
    {% for constraint in model.constraints %}
        {% if constraint.type == 'primary_key' %}
            {% do key.extend(constraint.columns) %}
        {% elif constraint.type == 'check' %}
            {% do faults.update({constraint.expression: 'not (' ~ constraint.expression ~ ')'}) %}
        {% endif %}
    {% endfor %}
    {% set counts = [] %}
    {% for condition in faults.values() %}
        {% do counts.append('count_if(' ~ condition ~ ')') %}
    {% endfor %}
    {% if key %}
        {% do faults.update({'the key ' ~ key | join(', ') ~ ' occurs more than once': ''}) %}
        {% do counts.append('count(*) - count(distinct ' ~ key | join(', ') ~ ')') %}
    {% endif %}
    {% if counts %}
        {% set row = run_query('select ' ~ counts | join(', ') ~ ' from ' ~ relation).rows[0] %}
        {% for fault in faults %}
            {% if row[loop.index0] > 0 %}
                {{ exceptions.raise_compiler_error(
                    'Constraint broken in ' ~ relation ~ ', ' ~ row[loop.index0] ~ ' rows: ' ~ fault
                ) }}
            {% endif %}
        {% endfor %}
    {% endif %}
{% endmacro %}
