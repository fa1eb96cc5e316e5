{% macro raw_files(system, table, only_new=false) %}
    {#
        The landed files of a raw table: a list of paths for each format, empty where none landed.
        `only_new`: those that its base model has not staged yet.
    #}
    {% set found = {'parquet': [], 'csv': []} %}
    {% set query %}
        select landed_path from meta.landed_files
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
    {% for file in run_query(query).columns[0].values() %}
        {% do found[file.rsplit('.', 1)[1]].append(file) %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}
