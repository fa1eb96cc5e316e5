{% macro landed_rows(system, table) %}
    {#
        What a staging model has to stage: all landed rows, or in an increment those of the files that it
        has not staged yet, with the column types of all files together.
    #}
    {% set landed = source(system, table) %}
    {% if not is_incremental() or graph.sources is not defined %}
        {{ return(landed) }}
    {% endif %}
    {% set files, new_files = raw_files(system, table), raw_files(system, table, only_new=true) %}
    {% if not (new_files.parquet or new_files.csv) %}
        {{ return('(select * from ' ~ landed ~ ' where false)') }}
    {% endif %}
    {% set columns = [] %}
    {% for column in adapter.get_columns_in_relation(landed) %}
        {% set name = adapter.quote(column.name) %}
        {% do columns.append('cast(' ~ name ~ ' as ' ~ column.dtype ~ ') as ' ~ name) %}
    {% endfor %}
    {% for node in graph.sources.values() if node.source_name == system and node.name == table %}
        {% set rows = raw_table_queries(node, files, new_files) | join(' union all ') %}
        {{ return('(select ' ~ columns | join(', ') ~ ' from (' ~ rows ~ '))') }}
    {% endfor %}
{% endmacro %}
