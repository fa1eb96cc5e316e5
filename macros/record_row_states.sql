{% macro record_row_states() %}
    {#
        Post-hook of a base model: writes what became of each landed row to meta.row_ledger,
        meta.row_ledger_details and meta.quarantine, and stops the build if a row is unaccounted for.
    #}
    {% if execute and has_new_rows() %}
        {% set system, table = model.sources[0] %}
        {% set of_table = "source_system = '" ~ system ~ "' and source_table = '" ~ table ~ "'" %}
        {% for name in ['row_ledger', 'row_ledger_details', 'quarantine'] %}
            {% do run_query('delete from meta.' ~ name ~ ' where ' ~ of_table) %}
        {% endfor %}

        {% do run_query("
            insert into meta.row_ledger_details
            select
                '" ~ system ~ "', '" ~ table ~ "', row_class, row_state, broken_rule,
                count(*), coalesce(sum(row_amount), 0)
            from " ~ this ~ "
            group by row_class, row_state, broken_rule
        ") %}

        {% set rows, amounts = [], [] %}
        {% for state in ['valid', 'superseded', 'deleted', 'quarantined'] %}
            {% set filter = " filter (where row_state = '" ~ state ~ "'), 0)" %}
            {% do rows.append('coalesce(sum(row_count)' ~ filter) %}
            {% do amounts.append('coalesce(sum(amount)' ~ filter) %}
        {% endfor %}
        {% do run_query("
            insert into meta.row_ledger
            select
                '" ~ system ~ "', '" ~ table ~ "',
                (select count(*) from " ~ source(system, table) ~ "), " ~ rows | join(', ') ~ ",
                coalesce(sum(amount), 0), " ~ amounts | join(', ') ~ "
            from meta.row_ledger_details
            where " ~ of_table
        ) %}

        {% do run_query("
            insert into meta.quarantine
            select
                '" ~ system ~ "', '" ~ table ~ "', broken_rule,
                _source_file, _source_row, _loaded_at, rejected_row
            from " ~ this ~ "
            where row_state = 'quarantined'
        ") %}

        {% set unaccounted = run_query("
            select rows_landed - rows_valid - rows_superseded - rows_deleted - rows_quarantined
            from meta.row_ledger
            where " ~ of_table
        ).columns[0].values()[0] %}
        {% if unaccounted != 0 %}
            {{ exceptions.raise_compiler_error(
                'The row ledger of ' ~ system ~ '.' ~ table ~ ' does not balance: ' ~ unaccounted
                ~ ' landed rows are neither valid, superseded, deleted nor quarantined. '
                ~ 'Look for a filter or join in ' ~ model.name ~ '.'
            ) }}
        {% endif %}
    {% endif %}
{% endmacro %}
