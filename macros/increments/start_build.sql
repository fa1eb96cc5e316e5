{% macro start_build() %}
    {#
        At the start of a run: gives it its number, forgets tables that are gone and changes that every
        incremental model has read, and lists the files that have landed by now.
    #}
    {% if keeps_increments() %}
        {% do run_query('
            insert into meta.builds select coalesce(max(build), 0) + 1 from meta.builds
        ') %}
        {% do run_query('
            delete from meta.incremental_models where (schema_name, model) not in (
                select (schema_name, table_name) from duckdb_tables()
            )
        ') %}
        {% do run_query('
            delete from meta.changed_keys where changed_in_build <= (
                select min(read_to_build) from meta.incremental_models
            )
        ') %}
        {% set folder = env_var('EMPORIUM_DATA', 'data') ~ '/raw' %}
        {% set listings = [] %}
        {% for format in ['parquet', 'csv'] %}
            {% do listings.append(
                "select * from read_blob('" ~ folder ~ '/*/*/*.' ~ format ~ "')"
            ) %}
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
        ") %}
    {% endif %}
{% endmacro %}
