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
        {% do run_query('
            create table if not exists meta.row_ledger (
                source_system string, source_table string, rows_landed bigint, rows_valid bigint,
                rows_superseded bigint, rows_deleted bigint, rows_quarantined bigint,
                amount_landed decimal(38, 2), amount_valid decimal(38, 2),
                amount_superseded decimal(38, 2), amount_deleted decimal(38, 2),
                amount_quarantined decimal(38, 2)
            )
        ') %}
        {% do run_query('
            create table if not exists meta.row_ledger_details (
                source_system string, source_table string, row_class string, row_state string,
                broken_rule string, row_count bigint, amount decimal(38, 2)
            )
        ') %}
        {% do run_query('
            create table if not exists meta.quarantine (
                source_system string, source_table string, broken_rule string, row_key string,
                delivered_file string, source_file string, source_row bigint, loaded_at timestamp,
                raw_row string
            )
        ') %}
        {# What an older version of this project has built. #}
        {% for column in ['row_key', 'delivered_file'] %}
            {% do run_query('alter table meta.quarantine add column if not exists ' ~ column ~ ' string') %}
        {% endfor %}
        {% do create_build_tables() %}
        {% do run_query('create table if not exists meta.clearances (mart string)') %}
        {% do run_query('create table if not exists meta.withdrawals (mart string)') %}
        {% for table in ['row_ledger', 'row_ledger_details', 'quarantine'] %}
            {% do run_query(
                'delete from meta.' ~ table ~ ' where source_system not in ' ~ systems
            ) %}
        {% endfor %}
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
