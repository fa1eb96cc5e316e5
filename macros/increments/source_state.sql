{% macro source_state(node, with_files) %}
    {#
        The contract of a source table and the types in which its files bring it, as text; on demand
        also the files that have landed.
    #}
    {% set state = [tojson(source_contract(node.source_name, node.name)), source_types(node)] %}
    {% if with_files %}
        {% set query %}
            select concat_ws(' ', landed_file, file_bytes, modified_at) as landed
            from meta.landed_files
            where source_system = '{{ node.source_name }}' and source_table = '{{ node.name }}'
            order by landed
        {% endset %}
        {% do state.extend(run_query(query).columns[0].values()) %}
    {% endif %}
    {{ return(state | join('\n')) }}
{% endmacro %}
