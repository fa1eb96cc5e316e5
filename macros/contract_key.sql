{% macro contract_key(system, table) %}
    {# The columns that name a row of a source table, from `key` in the meta of its YAML. #}
    {% for node in graph.sources.values() if node.source_name == system and node.name == table %}
        {{ return(node.config.meta.key) }}
    {% endfor %}
{% endmacro %}
