{% macro record_lineage() %}
    {#
        At the start of a run: which incremental models each incremental model reads, directly or
        through others, and a fingerprint of all else that its rows depend on.
    #}
    {% if keeps_increments() %}
        {% set macros = invocation_args_dict.project_dir ~ '/macros/**/*.sql' %}
        {% set query %}
            select md5(string_agg(content, '' order by filename)) || (select md5(salt) from meta.salt)
            from read_text('{{ macros }}')
        {% endset %}
        {% set common = run_query(query).columns[0].values()[0] %}
        {% for name in ['business_tz', 'reporting_currency', 'source_systems', 'system_entities'] %}
            {% set common = common ~ tojson(var(name)) %}
        {% endfor %}
        {% set rows = [] %}
        {% for node in graph.nodes.values() if node.config.materialized == 'incremental' %}
            {% set found = {} %}
            {% do add_ancestors(node.unique_id, found) %}
            {% set parents = [] %}
            {% for parent in found if parent.startswith('model.') %}
                {% do parents.append("'" ~ graph.nodes[parent].name ~ "'") %}
            {% endfor %}
            {% do rows.append(
                "('" ~ node.name ~ "', '" ~ fingerprint(node.unique_id, found, common) ~ "', ["
                ~ parents | join(', ') ~ ']::varchar[])'
            ) %}
        {% endfor %}
        {% do run_query('
            create or replace table meta.lineage (
                model varchar, fingerprint varchar, parents varchar[]
            )
        ') %}
        {% if rows %}
            {% do run_query('insert into meta.lineage values ' ~ rows | join(', ')) %}
        {% endif %}
    {% endif %}
{% endmacro %}
