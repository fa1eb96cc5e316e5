{% macro contract_columns(system, table) %}
    {#
        The declared columns of a source table, as its YAML says; empty while dbt parses. A personal
        column is staged under another name, because its value is another: the hash.
    #}
    {% set columns = [] %}
    {% for node in (graph.sources.values() if execute else []) %}
        {% if node.source_name == system and node.name == table %}
            {% for column in node.columns.values() %}
                {% set meta = column.config.meta %}
                {% do columns.append({
                    'name': column.name,
                    'staged_name': column.name ~ ('_hash' if meta.get('is_personal') else ''),
                    'data_type': column.data_type,
                    'is_personal': meta.get('is_personal', false),
                    'is_nullable': meta.get('is_nullable', false),
                    'accepted_values': meta.get('accepted_values', []),
                    'minimum': meta.get('minimum'),
                }) %}
            {% endfor %}
        {% endif %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}
