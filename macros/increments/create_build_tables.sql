{% macro create_build_tables() %}
    {#
        The tables that increments rest on: the numbers of all builds, what each incremental model has
        read up to which build, the landed files that base models have staged, and the keys of rows
        that came or changed since.
    #}
    {% set tables = {
        'builds': 'build bigint',
        'incremental_models': '
            schema_name varchar, model varchar, read_to_build bigint, full_build bigint,
            fingerprint varchar
        ',
        'staged_files': '
            model varchar, source_system varchar, source_table varchar, landed_file varchar,
            file_bytes bigint, modified_at timestamp
        ',
        'changed_keys': '
            source_table varchar, key_name varchar, changed_key varchar, changed_in_build bigint
        ',
    } %}
    {% for name, columns in tables.items() if keeps_increments() %}
        {% do run_query('create table if not exists meta.' ~ name ~ ' (' ~ columns ~ ')') %}
    {% endfor %}
{% endmacro %}
