{% macro create_analytics_tables() %}
    {#
        At the start of a run: the tables that Python writes between two stages, empty where no run has
        written them or their columns have changed since, so that dbt by itself builds what reads them.
    #}
    {% if execute %}
        {% for node in graph.sources.values() if node.source_name == 'analytics' %}
            {% set table = node.schema ~ '.' ~ node.identifier %}
            {% set columns = [] %}
            {% for column in node.columns.values() %}
                {% do columns.append(column.name ~ ' ' ~ column.data_type) %}
            {% endfor %}
            {% set create = 'create table if not exists ' ~ table ~ ' (' ~ columns | join(', ') ~ ')' %}
            {% do run_query('create schema if not exists ' ~ node.schema) %}
            {% do run_query(create) %}
            {% set found = run_query('select * from ' ~ table ~ ' limit 0').column_names | list %}
            {% if found != node.columns.keys() | list %}
                {% do run_query('drop table ' ~ table) %}
                {% do run_query(create) %}
            {% endif %}
        {% endfor %}
    {% endif %}
{% endmacro %}
