{% macro register_raw_tables() %}
    {#
        Makes every source table of the enabled systems readable: a view over its landed files with
        the columns of its contract. A column or table that never landed is empty, not an error. For a
        model whose meta says that it `names_files` of some tables, `meta.delivered_files` tells what
        each of these was called when it was delivered.
    #}
    {% if execute %}
        {% set schemas, views, files, naming = [], [], {}, [] %}
        {% for name in selected_resources %}
            {% do naming.extend((graph.nodes.get(name, {}).config or {}).get('meta', {}).names_files or []) %}
        {% endfor %}
        {% set names = ['
            select cast(null as string) as source_file, cast(null as string) as delivered_file
            where false
        '] %}
        {% set query %}
            select source_system, source_table, landed_path, cast(modified_at as string)
            from meta.landed_files
            order by landed_path
        {% endset %}
        {% for system, table, path, modified_at in run_query(query).rows %}
            {% do add_landed_file(files.setdefault(system ~ '.' ~ table, {}), path, modified_at) %}
        {% endfor %}
        {% for node in graph.sources.values() if node.source_name in var('source_systems') %}
            {% if node.schema not in schemas %}
                {% do schemas.append(node.schema) %}
                {% do run_query('create schema if not exists ' ~ node.schema) %}
            {% endif %}
            {% do views.extend(view_statements(
                node.schema ~ '.' ~ node.identifier,
                raw_table_queries(node, files.get(node.source_name ~ '.' ~ node.name, {}))
            )) %}
            {# What a file was called, all of its rows say: the first is asked. #}
            {% if node.name in naming %}
                {% do names.append("
                    select
                        _source_file as source_file,
                        coalesce(_delivered_file, _source_file) as delivered_file
                    from " ~ node.schema ~ '.' ~ node.identifier ~ "
                    where _source_row = 1
                ") %}
            {% endif %}
        {% endfor %}
        {% if naming %}
            {% do views.extend(view_statements('meta.delivered_files', names)) %}
        {% endif %}
        {% do run_statements(views) %}
    {% endif %}
{% endmacro %}
