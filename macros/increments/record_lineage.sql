{% macro record_lineage() %}
    {#
        At the start of a run: which incremental models each incremental model reads, directly or
        through others, and a fingerprint of all else that its rows depend on.
    #}
    {% if execute %}
        {% set salt = run_query('select md5(salt) from meta.salt').columns[0].values()[0] %}
        {% set common = digest_of_macros() ~ salt %}
        {% for name in [
            'business_tz', 'reporting_currency', 'source_systems', 'spark_partitions', 'system_entities'
        ] %}
            {% set common = common ~ tojson(var(name)) %}
        {% endfor %}
        {% set rows = [] %}
        {% for node in graph.nodes.values() if node.config.materialized == 'incremental' %}
            {% set found = {} %}
            {% do add_ancestors(node.unique_id, found) %}
            {% set own = "('" ~ node.name ~ "', '" ~ fingerprint(node.unique_id, found, common) ~ "', " %}
            {% do rows.append(own ~ 'cast(null as string))') %}
            {% for parent in found if parent.startswith('model.') %}
                {% do rows.append(own ~ "'" ~ graph.nodes[parent].name ~ "')") %}
            {% endfor %}
        {% endfor %}
        {% do replace_table('meta.lineage', '
            select * from (values ' ~ rows | join(', ') ~ ') as lineage (model, fingerprint, parent)
        ') %}
    {% endif %}
{% endmacro %}
