{% macro source_state(node, with_files) %}
    {#
        The contract of a source table and the types in which its files bring it, as text; on demand
        also the files that have landed.
    #}
    {% set query %}
        select string_agg(data_type, ' ' order by column_index)
        from duckdb_columns()
        where schema_name = '{{ node.schema }}' and table_name = '{{ node.identifier }}'
        {% if with_files %}
            union all
            select string_agg(concat_ws(' ', landed_file, file_bytes, modified_at) order by landed_file)
            from meta.landed_files
            where source_system = '{{ node.source_name }}' and source_table = '{{ node.name }}'
        {% endif %}
    {% endset %}
    {% set state = run_query(query).columns[0].values() | join('\n') %}
    {{ return(tojson(source_contract(node.source_name, node.name)) ~ state) }}
{% endmacro %}
