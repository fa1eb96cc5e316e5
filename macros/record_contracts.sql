{% macro record_contracts() %}
    {# Writes the contracts of the enabled systems to meta.contracts, for source_contract(). #}
    {% if execute %}
        {% set rows = [] %}
        {% for node in graph.sources.values() if node.source_name in var('source_systems') %}
            {% set contract = tojson(source_contract(node.source_name, node.name)) %}
            {% do rows.append(
                "('" ~ node.source_name ~ "', '" ~ node.name ~ "', '"
                ~ contract | replace("'", "''") ~ "')"
            ) %}
        {% endfor %}
        {% do replace_table(
            'meta.contracts',
            'select * from (values ' ~ (rows or ["('', '', '')"]) | join(', ')
            ~ ') as contracts (source_system, source_table, contract)'
        ) %}
    {% endif %}
{% endmacro %}
