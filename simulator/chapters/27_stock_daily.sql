-- Stock at the end of each day, from the movements; what it costs to keep; and what empty shelves lost.

create table plan.closings as
with daily as (
    select
        pair_key,
        cast(moved_at + interval 8 hour as date) as day,
        sum(quantity) as change
    from plan.moves
    group by pair_key, cast(moved_at + interval 8 hour as date)
),

running as (
    select
        pair_key,
        day,
        sum(change) over (partition by pair_key order by day) as closing,
        lead(day, 1, as_of()) over (partition by pair_key order by day) as next_day
    from daily
)

select
    running.*,
    lag(running.closing, 1, 0) over (partition by running.pair_key order by running.day) as opening,
    stockouts.pair_key is not null and running.closing = 0 as is_stockout
from running
left join plan.stockouts as stockouts
    on running.pair_key = stockouts.pair_key and running.day = stockouts.sold_out_on;

-- Listed is what can be sold or ought to be: a product that is sold out is on sale no more, unless the
-- shelf is empty against the plan.
create table plan.stock_days as
select
    closings.pair_key,
    days_later(closings.day, day_offset) as day,
    closings.closing,
    closings.is_stockout,
    closings.closing > 0 or closings.is_stockout as is_listed
from plan.closings as closings
cross join lateral (
    select unnest(range(
        case when closings.closing > 0 or closings.is_stockout then closings.next_day - closings.day else 1 end
    )) as day_offset
) as offsets
where closings.closing > 0 or closings.opening > 0 or closings.is_stockout;

-- Units promised to paid orders that wait for their parcel, and units ordered that have not come.
create table plan.pending as
with changes as (
    select
        pair_key,
        cast(paid_at + interval 8 hour as date) as day,
        quantity as reserved,
        0 as in_transit
    from plan.stock_lines
    union all
    select
        pair_key,
        day,
        -quantity as reserved,
        0 as in_transit
    from plan.stock_lines
    union all
    select
        sku_number * 16 + case when is_through_hub then hub_number else warehouse_number end as pair_key,
        cast(ordered_at + interval 8 hour as date) as day,
        0 as reserved,
        quantity + failed_quantity as in_transit
    from plan.purchase_orders
    union all
    select
        sku_number * 16 + case when is_through_hub then hub_number else warehouse_number end as pair_key,
        cast(received_at + interval 8 hour as date) as day,
        0 as reserved,
        -quantity - failed_quantity as in_transit
    from plan.purchase_orders
),

daily as (
    select
        pair_key,
        day,
        sum(reserved) as reserved,
        sum(in_transit) as in_transit
    from changes
    group by pair_key, day
)

select
    pair_key,
    day,
    sum(reserved) over (partition by pair_key order by day) as reserved,
    sum(in_transit) over (partition by pair_key order by day) as in_transit
from daily;

create table shop.inventory_daily as
with lot_starts as (
    select
        pair_key,
        cumulated - quantity as begins,
        cast(lot_at + interval 8 hour as date) as lot_date
    from plan.lots_in
),

gone_by_day as (
    select
        pair_key,
        cast(moved_at + interval 8 hour as date) as day,
        max(cumulated) as gone
    from plan.lots_out
    group by pair_key, cast(moved_at + interval 8 hour as date)
),

with_gone as (
    select
        stock_days.*,
        coalesce(gone_by_day.gone, 0) as gone
    from plan.stock_days as stock_days
    asof left join gone_by_day
        on stock_days.pair_key = gone_by_day.pair_key and stock_days.day >= gone_by_day.day
)

select
    with_gone.day as snapshot_date,
    'SKU' || lpad(cast(with_gone.pair_key // 16 as varchar), 5, '0') as sku_id,
    'W' || (1 + with_gone.pair_key % 16) as warehouse_id,
    case when with_gone.closing > 0 then lot_starts.lot_date end as oldest_lot_date,
    with_gone.is_listed,
    cast(with_gone.closing as integer) as on_hand,
    cast(with_gone.closing - least(with_gone.closing, coalesce(pending.reserved, 0)) as integer) as available,
    cast(least(with_gone.closing, coalesce(pending.reserved, 0)) as integer) as reserved,
    cast(coalesce(pending.in_transit, 0) as integer) as in_transit
from with_gone
asof left join lot_starts
    on with_gone.pair_key = lot_starts.pair_key and with_gone.gone >= lot_starts.begins
asof left join plan.pending as pending
    on with_gone.pair_key = pending.pair_key and with_gone.day >= pending.day;

-- What could not be served: on an empty shelf people would have bought as on a day with stock (K141).
create table truth.latent_demand as
with rates as (
    select
        stock_days.pair_key,
        coalesce(any_value(sales.sold), 0) / count(*) filter (where stock_days.closing > 0) as daily_demand
    from plan.stock_days as stock_days
    left join (
        select
            pair_key,
            sum(quantity) as sold
        from plan.pair_sales
        where day < as_of()
        group by pair_key
    ) as sales on stock_days.pair_key = sales.pair_key
    group by stock_days.pair_key
)

select
    stock_days.day,
    'SKU' || lpad(cast(stock_days.pair_key // 16 as varchar), 5, '0') as sku_id,
    'W' || (1 + stock_days.pair_key % 16) as warehouse_id,
    rates.daily_demand as expected_units,
    coalesce(sales.quantity, 0) as sold_units,
    cast(floor(rates.daily_demand + uniform('lost demand', stock_days.pair_key * 1024 + (stock_days.day - first_day())))
        as bigint) as lost_units
from plan.stock_days as stock_days
inner join rates using (pair_key)
left join plan.pair_sales as sales on stock_days.pair_key = sales.pair_key and stock_days.day = sales.day
where stock_days.is_stockout and sales.pair_key is null;

create table truth.slow_stock as
select
    'SKU' || lpad(cast(sku_number as varchar), 5, '0') as sku_id,
    'W' || (1 + warehouse_number) as warehouse_id,
    grade,
    lot_day,
    quantity,
    cleared_quantity,
    case when cleared_quantity > 0 then cleared_on end as cleared_on
from plan.slow_stock;

create table shop.warehouses as
select
    warehouses.warehouse_id,
    warehouses.city || '仓' as warehouse_name,
    warehouses.region_id,
    warehouses.city,
    warehouses.served_regions,
    cast(first_day() - 400 - cast(100 * warehouses.warehouse_number as integer) as date) as opened_date,
    cast(null as date) as closed_date,
    cast(warehouses.latitude as double) as latitude,
    cast(warehouses.longitude as double) as longitude,
    cast(ceil(1.3 * coalesce(peaks.units, 0) / 100) * 100 as bigint) as capacity
from plan.warehouses as warehouses
left join (
    select
        warehouse_id,
        max(units) as units
    from (
        select
            warehouse_id,
            snapshot_date,
            sum(on_hand) as units
        from shop.inventory_daily
        group by warehouse_id, snapshot_date
    ) as daily
    group by warehouse_id
) as peaks using (warehouse_id)
order by warehouses.warehouse_id;

-- Space is rented by the unit and day; since the long tail went just-in-time, at a lower rate (K107).
create table shop.warehouse_costs as
with units as (
    select
        snapshot_date,
        warehouse_id,
        sum(on_hand) * parameter('storage.cost_before') * case
            when snapshot_date >= days_later(as_of(), -parameter('purchasing.jit_since'))
                then 1 + parameter('storage.change')
            else 1
        end as cost
    from shop.inventory_daily
    group by snapshot_date, warehouse_id
)

select
    snapshot_date as cost_date,
    warehouse_id,
    cast(round(cost * parameter('storage.share_of_cost.rent'), 2) as decimal(18, 2)) as rent,
    cast(round(cost * parameter('storage.share_of_cost.labour'), 2) as decimal(18, 2)) as labour,
    cast(round(cost * parameter('storage.share_of_cost.handling'), 2) as decimal(18, 2)) as handling,
    cast(round(cost * (
        1 - parameter('storage.share_of_cost.rent') - parameter('storage.share_of_cost.labour')
        - parameter('storage.share_of_cost.handling')
    ), 2) as decimal(18, 2)) as storage_fee
from units
order by cost_date, warehouse_id;
