{% macro create_analytics_tables() %}
    {#
        At the start of a run: the tables that Python writes between two stages, empty where no run has
        written them or their columns have changed since, so that dbt by itself builds what reads them.
    #}
    {% if execute %}
        {% for node in graph.sources.values() if node.source_name == 'analytics' %}
            {% set found = adapter.get_relation(node.database, node.schema, node.identifier) %}
            {% set columns = [] %}
            {% for column in node.columns.values() %}
                {% do columns.append(column.name ~ ' ' ~ column.data_type) %}
            {% endfor %}
            {% if found is not none %}
                {% set present = adapter.get_columns_in_relation(found) | map(attribute='name') | list %}
                {% if present != node.columns.keys() | list %}
                    {% do adapter.drop_relation(found) %}
                {% endif %}
            {% endif %}
            {% do run_query('create schema if not exists ' ~ node.schema) %}
            {% do run_query(
                'create table if not exists ' ~ node.schema ~ '.' ~ node.identifier
                ~ ' (' ~ columns | join(', ') ~ ')'
            ) %}
        {% endfor %}
    {% endif %}
{% endmacro %}
