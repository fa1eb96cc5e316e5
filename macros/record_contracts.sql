{% macro record_contracts() %}
    {# Writes the contracts of the enabled systems to meta.contracts, for source_contract(). #}
    {% if execute %}
        {% do run_query('
            create or replace table meta.contracts (
                source_system string, source_table string, contract string
            )
        ') %}
        {% set rows = [] %}
        {% for node in graph.sources.values() if node.source_name in var('source_systems') %}
            {% set contract = tojson(source_contract(node.source_name, node.name)) %}
            {% do rows.append(
                "('" ~ node.source_name ~ "', '" ~ node.name ~ "', '"
                ~ contract | replace("'", "''") ~ "')"
            ) %}
        {% endfor %}
        {% if rows %}
            {% do run_query('insert into meta.contracts values ' ~ rows | join(', ')) %}
        {% endif %}
    {% endif %}
{% endmacro %}
