-- Source tables whose rows all met the fate that the truth says, count by count.
with planted as (
    select
        table_name as source_table,
        count(*) filter (where kind = 'malformed') as rows_quarantined,
        count(*) filter (where kind = 'deletion') as rows_deleted,
        count(*) filter (where kind in ('duplicate', 'corrected', 'to be deleted'))
            as rows_superseded
    from truth.dirt
    group by table_name
),

compared as (
    select
        ledger.source_table,
        ledger.rows_landed,
        ledger.rows_quarantined = coalesce(planted.rows_quarantined, 0)
        and ledger.rows_deleted = coalesce(planted.rows_deleted, 0)
        and ledger.rows_superseded = coalesce(planted.rows_superseded, 0) as is_right
    from warehouse.meta.row_ledger as ledger
    left join planted on ledger.source_table = planted.source_table
    where ledger.source_system = 'storefront'
)

select
    'tables whose ledger is the truth' as score,
    count(*) filter (where is_right) / count(*) as value,
    1.0 as at_least,
    count(*) as n,
    'tables' as unit,
    string_agg(source_table, ', ' order by source_table) filter (where not is_right) as missed
from compared
