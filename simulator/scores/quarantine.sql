-- Malformed rows found, row by row.
with planted as (
    select
        table_name as source_table,
        source_file,
        source_row
    from truth.dirt
    where kind = 'malformed'
),

found as (
    select
        source_table,
        source_file,
        source_row
    from warehouse.meta.quarantine
    where source_system = 'storefront'
),

counted as (
    select
        count(*) filter (where planted.source_row is not null) as rows_planted,
        count(*) filter (where found.source_row is not null) as rows_found,
        count(*) filter (where planted.source_row is not null and found.source_row is not null)
            as rows_right
    from planted
    full join found using (source_table, source_file, source_row)
)

select
    'quarantine: precision' as score,
    rows_right / nullif(rows_found, 0) as value,
    1.0 as at_least,
    rows_found as n,
    'rows' as unit,
    cast(null as varchar) as missed
from counted
union all
select
    'quarantine: recall',
    rows_right / nullif(rows_planted, 0),
    1.0,
    rows_planted,
    'rows',
    null
from counted
