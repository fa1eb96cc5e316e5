-- A unit of the long tail bears its part of a warehouse's day; this half against that of a year ago.
with stored as (
    select
        snapshot_date,
        warehouse_id,
        sum(on_hand) as units,
        sum(on_hand) filter (where assortment_role = 'long_tail') as tail_units
    from inventory_daily
    inner join skus using (sku_id)
    group by snapshot_date, warehouse_id
),

halves as (
    select
        year(costs.cost_date) as year,
        sum((rent + labour + handling + storage_fee) * tail_units / units) / sum(tail_units) as unit_cost
    from warehouse_costs as costs
    inner join stored
        on costs.cost_date = stored.snapshot_date and costs.warehouse_id = stored.warehouse_id
    where month(costs.cost_date) <= 6 and units > 0
    group by year
)

select
    'unit_cost_change' as scope,
    any_value(unit_cost) filter (where year = 2026) / any_value(unit_cost) filter (where year = 2025) - 1
        as value
from halves;
