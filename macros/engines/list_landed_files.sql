{% macro list_landed_files() %}
    {# Makes the table meta.landed_files: the files that have landed by now, with size and time. #}
    {{ return(adapter.dispatch('list_landed_files')()) }}
{% endmacro %}

{% macro default__list_landed_files() %}
    {% set folder = env_var('EMPORIUM_DATA', 'data') ~ '/raw' %}
    {% set listings = [] %}
    {% for ending in landed_endings().values() | sum(start=[]) %}
        {% do listings.append("select * from read_blob('" ~ folder ~ '/*/*/*' ~ ending ~ "')") %}
    {% endfor %}
    {% do run_query("
        create or replace table meta.landed_files as
        select
            split_part(filename, '/', -3) as source_system,
            split_part(filename, '/', -2) as source_table,
            parse_filename(filename) as landed_file,
            filename as landed_path,
            size as file_bytes,
            cast(last_modified as timestamp) as modified_at
        from (" ~ listings | join(' union all ') ~ ")
        where not regexp_matches(parse_filename(filename), '^[._]')
    ") %}
{% endmacro %}

{% macro spark__list_landed_files() %}
    {#
        Spark has no function that lists files, but takes a folder for a table with a row per file,
        those in folders of a table's folder included, which hold deliveries as they came.
    #}
    {% set folder = env_var('EMPORIUM_DATA', 'data') ~ '/raw' %}
    {% set is_read = [] %}
    {% for ending in landed_endings().values() | sum(start=[]) %}
        {% do is_read.append("path like '%" ~ ending ~ "'") %}
    {% endfor %}
    {% do run_query('drop table if exists meta.raw_zone') %}
    {% do run_query("
        create table meta.raw_zone (
            path string, modificationTime timestamp_ltz, length bigint, content binary
        )
        using binaryFile
        options (path '" ~ folder | replace("'", "''") ~ "', recursiveFileLookup 'true')
    ") %}
    {% do replace_table('meta.landed_files', "
        select
            split_part(path, '/', -3) as source_system,
            split_part(path, '/', -2) as source_table,
            split_part(path, '/', -1) as landed_file,
            path as landed_path,
            length as file_bytes,
            cast(modificationTime as timestamp) as modified_at
        from meta.raw_zone
        where
            (" ~ is_read | join(' or ') ~ ")
            and not startswith(split_part(path, '/', -2), '_')
    ") %}
{% endmacro %}
