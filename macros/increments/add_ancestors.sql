{% macro add_ancestors(unique_id, found) %}
    {#
        Adds to the dict `found` what a node reads, directly or through what is not incremental
        itself: node -> true, or false for a source that an incremental model does not read itself.
    #}
    {% for parent in graph.nodes[unique_id].depends_on.nodes if parent not in found %}
        {% set is_incremental_reader = graph.nodes[unique_id].config.materialized == 'incremental' %}
        {% do found.update({parent: is_incremental_reader}) %}
        {% set node = graph.nodes.get(parent) %}
        {% if node and node.config.materialized != 'incremental' and node.resource_type == 'model' %}
            {% do add_ancestors(parent, found) %}
        {% endif %}
    {% endfor %}
{% endmacro %}
