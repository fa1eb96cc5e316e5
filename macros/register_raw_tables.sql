{% macro register_raw_tables() %}
    {#
        Makes every source table of the enabled systems readable: a view over its landed files with
        the columns of its contract. A column or table that never landed is empty, not an error.
    #}
    {% if execute %}
        {% set landed = landed_files() %}
        {% set schemas = [] %}
        {% for node in graph.sources.values() if node.source_name in var('source_systems') %}
            {% if node.schema not in schemas %}
                {% do schemas.append(node.schema) %}
                {% do run_query('create schema if not exists ' ~ node.schema) %}
            {% endif %}
            {% do run_query(
                'create or replace view ' ~ node.schema ~ '.' ~ node.identifier ~ ' as '
                ~ raw_table_sql(node, landed)
            ) %}
        {% endfor %}
    {% endif %}
{% endmacro %}
