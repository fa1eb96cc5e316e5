{% macro row_ledger_sql(landed) %}
    {# The row ledger: how many rows of each source table landed, and what became of them. #}
    {% set states = ['valid', 'superseded', 'deleted', 'quarantined'] %}
    select
        landed.source_system,
        landed.source_table,
        landed.rows_landed,
        {% for state in states -%}
            coalesce(sum(details.row_count) filter (where details.row_state = '{{ state }}'), 0)
            as rows_{{ state }},
        {% endfor -%}
        coalesce(sum(details.amount), 0) as amount_landed,
        {% for state in states -%}
            coalesce(sum(details.amount) filter (where details.row_state = '{{ state }}'), 0)
            as amount_{{ state }}{{ ',' if not loop.last }}
        {% endfor -%}
    from ({{ landed }}) as landed
    left join meta.row_ledger_details as details
        on
            landed.source_system = details.source_system
            and landed.source_table = details.source_table
    group by landed.source_system, landed.source_table, landed.rows_landed
{% endmacro %}
