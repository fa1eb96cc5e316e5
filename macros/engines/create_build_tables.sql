{% macro create_build_tables() %}
    {#
        The tables that increments rest on: the numbers of all builds, what each incremental model has
        read up to which build, the landed files that staging models have staged, and the keys of rows
        that came or changed since.
    #}
    {{ return(adapter.dispatch('create_build_tables')()) }}
{% endmacro %}

{% macro default__create_build_tables() %}
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
    {% for name, columns in tables.items() %}
        {% do run_query('create table if not exists meta.' ~ name ~ ' (' ~ columns ~ ')') %}
    {% endfor %}
{% endmacro %}

{% macro spark__create_build_tables() %}
    {#
        Models write at the same time, each into a partition of its own. What others may be reading is
        never overwritten: of changed keys, each build of a model has a partition.
    #}
    {% set tables = {
        'incremental_models': '
            schema_name string, read_to_build bigint, full_build bigint, fingerprint string
        ',
        'staged_files': '
            source_system string, source_table string, landed_file string, file_bytes bigint,
            modified_at timestamp
        ',
    } %}
    {% do run_query('create table if not exists meta.builds (build bigint)') %}
    {% do run_query('
        create table if not exists meta.changed_keys (
            key_name string, changed_key string, changed_in_build bigint, source_table string,
            written_by string
        ) partitioned by (source_table, written_by)
    ') %}
    {% for name, columns in tables.items() %}
        {% do run_query(
            'create table if not exists meta.' ~ name ~ ' (' ~ columns ~ ', model string) '
            ~ 'partitioned by (model)'
        ) %}
    {% endfor %}
{% endmacro %}
