{% macro declared_constraints(relation) %}
    {#
        What a model or seed declares in its YAML: `required`, its not_null columns, and `keys`, lists
        of the columns that are unique or a primary key. Nothing while dbt parses.
    #}
    {% set nodes = graph.get('nodes', {}).values() | selectattr('resource_type', 'in', ['model', 'seed']) %}
    {% set node = nodes | selectattr('alias', 'eq', relation.identifier) | first | default({}) %}
    {% set required, keys, primary_key = [], [], [] %}
    {% for column in node.get('columns', {}).values() %}
        {% for constraint in column.constraints %}
            {% if constraint.type == 'not_null' %}
                {% do required.append(column.name) %}
            {% elif constraint.type == 'primary_key' %}
                {% do primary_key.append(column.name) %}
            {% elif constraint.type == 'unique' %}
                {% do keys.append([column.name]) %}
            {% endif %}
        {% endfor %}
    {% endfor %}
    {% for constraint in node.get('constraints', []) if constraint.type == 'primary_key' %}
        {% do primary_key.extend(constraint.columns) %}
    {% endfor %}
    {% if primary_key %}
        {% do keys.append(primary_key) %}
    {% endif %}
    {{ return({'required': required, 'keys': keys}) }}
{% endmacro %}
