-- First in, first out: which lot each unit leaves from. Both what comes and what goes is laid end to
-- end for each product and warehouse; where the two rulers meet, a lot serves a line.

create table plan.lots_in as
with purchases as (
    select
        supplies.supply_number * 2 as in_key,
        supplies.pair_key,
        supplies.quantity,
        case
            when supplies.kind = 'opening' then utc(cast(first_day() as timestamp))
            -- Through the hub it takes half a day more.
            when orders.is_through_hub then orders.received_at + interval 6 hour
            else orders.received_at
        end as moved_at,
        case
            when supplies.kind = 'opening' then utc(cast(supplies.opening_lot_day as timestamp) + interval 10 hour)
            else orders.received_at
        end as lot_at,
        'L' || lpad(cast(supplies.supply_number as varchar), 8, '0') as lot_id,
        supplies.ownership,
        supplies.sku_number,
        case when supplies.kind = 'opening' then first_day() else supplies.day end as cost_day
    from plan.supplies as supplies
    left join plan.purchase_orders as orders using (supply_number)
    where supplies.kind = 'opening' or orders.received_at < utc(cast(as_of() as timestamp))
),

returned as (
    select
        returns.line_key * 2 + 1 as in_key,
        returns.pair_key,
        returns.quantity,
        returns.received_at as moved_at,
        returns.received_at as lot_at,
        'LR' || returns.line_key as lot_id,
        case products.stocking_mode when 'consignment' then 'consignment' else 'owned' end as ownership,
        returns.sku_number,
        returns.day as cost_day
    from plan.stock_returns as returns
    inner join plan.products as products using (sku_number)
    where returns.is_restocked
),

together as (
    select *
    from purchases
    union all
    select *
    from returned
)

select
    together.* exclude (cost_day),
    case when together.ownership = 'owned' then costs.unit_cost end as unit_cost,
    sum(together.quantity) over (
        partition by together.pair_key order by together.moved_at, together.in_key rows unbounded preceding
    ) as cumulated
from together
asof left join plan.costs as costs
    on together.sku_number = costs.sku_number and together.cost_day >= costs.valid_from;

create table plan.lots_out as
with together as (
    select
        line_key * 4 as out_key,
        pair_key,
        quantity,
        case when is_cross_dock then 'cross-dock' else 'sale' end as reason,
        -- Goods for another warehouse leave some hours before, on the same day.
        case
            when is_cross_dock then greatest(
                utc(cast(day as timestamp)), shipped_at - (1 + 2 * uniform('crosses', line_key)) * interval 1 hour
            )
            else shipped_at
        end as moved_at
    from plan.stock_lines
    where shipped_at < utc(cast(as_of() as timestamp))
    union all
    select
        line_key * 4 + 1 as out_key,
        pair_key,
        1 as quantity,
        'shrinkage' as reason,
        shipped_at as moved_at
    from plan.stock_lines
    where
        tier != 'tail' and not is_slow and day < as_of()
        and uniform('shrinkage', line_key) < parameter('stock.share_shrinkage')
    union all
    select
        pair_key * 4 + 2 as out_key,
        pair_key,
        cleared_quantity as quantity,
        'disposal' as reason,
        utc(cast(cleared_on as timestamp) + interval 23 hour + interval 30 minute) as moved_at
    from plan.slow_stock
    where cleared_quantity > 0
)

select
    *,
    sum(quantity) over (partition by pair_key order by moved_at, out_key rows unbounded preceding) as cumulated
from together;

create table plan.lot_uses as
with marks as (
    select
        pair_key,
        cumulated,
        1 as is_in,
        in_key,
        null as out_key
    from plan.lots_in
    union all
    select
        pair_key,
        cumulated,
        0 as is_in,
        null as in_key,
        out_key
    from plan.lots_out
),

segments as (
    select
        pair_key,
        cumulated - lag(cumulated, 1, 0) over to_here as quantity,
        first_value(in_key ignore nulls) over from_here as in_key,
        first_value(out_key ignore nulls) over from_here as out_key
    from marks
    window
        to_here as (partition by pair_key order by cumulated, is_in),
        from_here as (
            partition by pair_key order by cumulated, is_in rows between current row and unbounded following
        )
)

select
    pair_key,
    in_key,
    out_key,
    cast(quantity as bigint) as quantity
from segments
where quantity > 0 and out_key is not null;
