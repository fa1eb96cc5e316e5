{% test holds_constraints(model) %}
    {#
        The constraints that a view declares in its YAML, which DuckDB enforces on tables only: rows
        where a not_null column is null, and keys that occur more than once.
    #}
    {% set conditions = [] %}
    {% set key = [] %}
    {% for node in graph.get('nodes', {}).values() if node.name == model.identifier %}
        {% for column in node.columns.values() %}
            {% for constraint in column.constraints %}
                {% if constraint.type == 'not_null' %}
                    {% do conditions.append(column.name ~ ' is null') %}
                {% elif constraint.type == 'primary_key' %}
                    {% do key.append(column.name) %}
                {% endif %}
            {% endfor %}
        {% endfor %}
        {% for constraint in node.constraints if constraint.type == 'primary_key' %}
            {% do key.extend(constraint.columns) %}
        {% endfor %}
    {% endfor %}
    {% if execute and not (conditions and key) %}
        {{ exceptions.raise_compiler_error(model.identifier ~ ' declares no key to hold.') }}
    {% endif %}
    {% set columns = key | join(', ') or 'null' %}
    select 'a required column is null' as fault
    from {{ model }}
    where {{ conditions | join(' or ') or 'false' }}
    union all
    -- Counting numbers needs a fraction of the memory that counting texts does; what they suspect is
    -- looked at again.
    select 'a key occurs more than once' as fault
    from {{ model }}
    where {{ row_hash(columns) }} in (
        select {{ row_hash(columns) }} from {{ model }} group by 1 having count(*) > 1
    )
    group by {{ columns }}
    having count(*) > 1
{% endtest %}
