{% macro create_meta_tables() %}
    {#
        The tables that record_row_states() fills, which systems switched off leave, and the
        clearances of the gates.
    #}
    {{ return(adapter.dispatch('create_meta_tables')()) }}
{% endmacro %}

{% macro default__create_meta_tables() %}
    {% if execute %}
        {% set systems = "('" ~ var('source_systems') | join("', '") ~ "', '')" %}
        {% do run_query('create schema if not exists meta') %}
        {% set tables = {
            'row_ledger': '
                source_system string, source_table string, rows_landed bigint, rows_valid bigint,
                rows_superseded bigint, rows_deleted bigint, rows_quarantined bigint,
                amount_landed decimal(38, 2), amount_valid decimal(38, 2),
                amount_superseded decimal(38, 2), amount_deleted decimal(38, 2),
                amount_quarantined decimal(38, 2)
            ',
            'row_ledger_details': '
                source_system string, source_table string, row_class string, row_state string,
                broken_rule string, row_count bigint, amount decimal(38, 2)
            ',
            'quarantine': '
                source_system string, source_table string, broken_rule string,
                source_file string, source_row bigint, loaded_at timestamp, raw_row string
            ',
        } %}
        {% for name, columns in tables.items() %}
            {% do run_query('create table if not exists meta.' ~ name ~ ' (' ~ columns ~ ')') %}
            {% do run_query('delete from meta.' ~ name ~ ' where source_system not in ' ~ systems) %}
        {% endfor %}
        {# What an older version of this project has built lacks them. #}
        {% for column in ['row_key', 'delivered_file'] %}
            {% do run_query('alter table meta.quarantine add column if not exists ' ~ column ~ ' string') %}
        {% endfor %}
        {% do create_build_tables() %}
        {% do run_query('create table if not exists meta.clearances (mart string)') %}
        {% do run_query('create table if not exists meta.withdrawals (mart string)') %}
    {% endif %}
{% endmacro %}

{% macro spark__create_meta_tables() %}
    {#
        Tables of Parquet files know no delete: what record_row_states() tells is a view over the base
        models here (gather_row_states). A model overwrites the partition of its own withdrawal.
    #}
    {% if execute %}
        {% do run_query('create schema if not exists meta') %}
        {% do run_query('create table if not exists meta.clearances (mart string)') %}
        {% do run_query('
            create table if not exists meta.withdrawals (mart string, model_name string)
            partitioned by (model_name)
        ') %}
        {% do create_build_tables() %}
    {% endif %}
{% endmacro %}
