{% macro raw_files(system, table, only_new=false) %}
    {#
        The landed files of a raw table: a list of paths for each format, missing where none landed, and
        when each was last `modified`.
        `only_new`: those that its staging model has not staged yet.
    #}
    {% set found = {} %}
    {# Who only compiles, as linters do, may do so before anything has been built. #}
    {% if flags.WHICH == 'compile' and adapter.get_relation(this.database, 'meta', 'landed_files') is none %}
        {{ return(found) }}
    {% endif %}
    {% set query %}
        select landed_path, cast(modified_at as string) from meta.landed_files
        where source_system = '{{ system }}' and source_table = '{{ table }}'
        {% if only_new %}
            and landed_file not in (
                select landed_file from meta.staged_files
                where
                    model = '{{ model.name }}'
                    and source_system = '{{ system }}'
                    and source_table = '{{ table }}'
            )
        {% endif %}
        order by landed_path
    {% endset %}
    {% for path, modified_at in run_query(query).rows %}
        {% do add_landed_file(found, path, modified_at) %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}
