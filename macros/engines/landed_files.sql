{% macro landed_files() %}
    {# The paths of all landed files, where an engine cannot list those of one table: on Spark. #}
    {{ return(adapter.dispatch('landed_files')()) }}
{% endmacro %}

{% macro default__landed_files() %}
    {{ return(none) }}
{% endmacro %}

{% macro spark__landed_files() %}
    {# Spark has no function that lists files, but takes a folder for a table with a row per file. #}
    {% set folder = env_var('EMPORIUM_DATA', 'data') ~ '/raw' %}
    {% do run_query('drop table if exists meta.landed_files') %}
    {% do run_query("
        create table meta.landed_files (
            path string, modificationTime timestamp_ltz, length bigint, content binary
        )
        using binaryFile
        options (path '" ~ folder | replace("'", "''") ~ "', recursiveFileLookup 'true')
    ") %}
    {{ return(run_query('select path from meta.landed_files order by path').columns[0].values()) }}
{% endmacro %}
