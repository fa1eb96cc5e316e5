{% macro gather_row_states() %}
    {#
        At the end of a run: the quarantine by rule, as a view; on Spark also the row ledger and the
        quarantine, over the models that read landed rows. DuckDB's tables are filled by
        record_row_states() model by model.
    #}
    {{ return(adapter.dispatch('gather_row_states')()) }}
{% endmacro %}

{% macro default__gather_row_states() %}
    {% if execute %}
        {% do run_query('create or replace view meta.quarantine_by_rule as ' ~ quarantine_by_rule_sql()) %}
    {% endif %}
{% endmacro %}

{% macro spark__gather_row_states() %}
    {# Nothing has been staged where there is no schema. #}
    {% if not execute or not run_query("show databases like 'staging'").rows %}
        {{ return('') }}
    {% endif %}
    {% set built = run_query("show tables in staging").columns[1].values() %}
    {% set arrived = run_query("
        select distinct source_system || '.' || source_table from meta.landed_files
    ").columns[0].values() %}
    {% set columns = 'row_class, row_state, broken_rule' %}
    {% set details = [] %}
    {% set landed = [] %}
    {% set rejected = [] %}
    {% for node in graph.nodes.values() if node.name in built and node.sources %}
        {% set system, table = node.sources[0] %}
        {# Where nothing has landed, the views have no rows, but their columns. #}
        {% if system in var('source_systems') and (not arrived or system ~ '.' ~ table in arrived) %}
            {% set source = "'" ~ system ~ "' as source_system, '" ~ table ~ "' as source_table, " %}
            {% set raw = 'raw_' ~ system ~ '.' ~ table %}
            {% do details.append(
                'select ' ~ source ~ columns ~ ', count(*) as row_count, '
                ~ 'cast(coalesce(sum(row_amount), 0) as decimal(38, 2)) as amount from staging.'
                ~ node.name ~ ' group by ' ~ columns
            ) %}
            {% do landed.append(
                'select ' ~ source ~ 'count(*) as rows_landed from ' ~ raw ~ ' having count(*) > 0'
            ) %}
            {% do rejected.append(quarantine_sql(system, table, raw, 'staging.' ~ node.name)) %}
        {% endif %}
    {% endfor %}
    {% if details %}
        {% do run_statements(
            view_statements('meta.row_ledger_details', details)
            + view_statements('meta.quarantine', rejected)
            + view_statements('meta.rows_landed', landed)
            + ['create or replace view meta.row_ledger as '
                ~ row_ledger_sql('select * from meta.rows_landed')]
        ) %}
        {% do default__gather_row_states() %}
    {% endif %}
{% endmacro %}
