{% macro record_row_states() %}
    {#
        Of record_staged_rows(): writes what became of each landed row to meta.row_ledger,
        meta.row_ledger_details and meta.quarantine, and stops the build if a row is unaccounted for.
    #}
    {{ return(adapter.dispatch('record_row_states')()) }}
{% endmacro %}

{% macro default__record_row_states() %}
    {% if execute and has_new_rows() %}
        {% set system, table = model.sources[0] %}
        {% set of_table = "source_system = '" ~ system ~ "' and source_table = '" ~ table ~ "'" %}
        {% set statements = [] %}
        {% for name in ['row_ledger', 'row_ledger_details', 'quarantine'] %}
            {% do statements.append('delete from meta.' ~ name ~ ' where ' ~ of_table) %}
        {% endfor %}
        {% do statements.append("
            insert into meta.row_ledger_details
            select
                '" ~ system ~ "', '" ~ table ~ "', row_class, row_state, broken_rule,
                count(*), coalesce(sum(row_amount), 0)
            from " ~ this ~ "
            group by row_class, row_state, broken_rule
        ") %}
        {% do statements.append('insert into meta.row_ledger ' ~ row_ledger_sql("
            select
                '" ~ system ~ "' as source_system, '" ~ table ~ "' as source_table,
                count(*) as rows_landed
            from " ~ source(system, table)
        )) %}
        {% do statements.append(
            'insert into meta.quarantine by name ' ~ quarantine_sql(system, table, source(system, table), this)
        ) %}
        {% do statements.append("
            select rows_landed - rows_valid - rows_superseded - rows_deleted - rows_quarantined
            from meta.row_ledger
            where " ~ of_table
        ) %}
        {% do hold_row_ledger(run_statements(statements)) %}
    {% endif %}
{% endmacro %}

{% macro spark__record_row_states() %}
    {# The ledger itself is a view over the staging models here: see gather_row_states(). #}
    {% if execute and has_new_rows() %}
        {% set system, table = model.sources[0] %}
        {% do hold_row_ledger(run_query("
            select (select count(*) from " ~ source(system, table) ~ ") - count(*)
            from " ~ this ~ "
            where row_state in ('valid', 'superseded', 'deleted', 'quarantined')
        ")) %}
    {% endif %}
{% endmacro %}
