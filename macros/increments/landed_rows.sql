{% macro landed_rows(system, table) %}
    {#
        What a base model has to stage: all landed rows, or in an increment those of the files that it
        has not staged yet, with the column types of all files together.
    #}
    {% set landed = source(system, table) %}
    {% if not is_incremental() or graph.sources is not defined %}
        {{ return(landed) }}
    {% endif %}
    {% set files = raw_files(system, table, only_new=true) %}
    {% if not (files.parquet or files.csv) %}
        {{ return('(select * from ' ~ landed ~ ' where false)') }}
    {% endif %}
    {% set columns = [] %}
    {% for column in adapter.get_columns_in_relation(landed) %}
        {% do columns.append('cast("' ~ column.name ~ '" as ' ~ column.dtype ~ ') as "' ~ column.name ~ '"') %}
    {% endfor %}
    {% for node in graph.sources.values() if node.source_name == system and node.name == table %}
        {{ return('(select ' ~ columns | join(', ') ~ ' from (' ~ raw_table_sql(node, files) ~ '))') }}
    {% endfor %}
{% endmacro %}
