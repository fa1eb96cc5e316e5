-- When stock is bought, and how much: each purchase covers what will be sold until the next one and
-- some weeks more, so that healthy stock is never old.

-- Days from which a purchase has to serve: every cycle, and the end of each stockout.
create table plan.need_days as
with cycles as (
    select
        pairs.pair_key,
        days_later(first_day(), cycle_number * pairs.cycle) as day
    from plan.stock_pairs as pairs
    cross join lateral (
        select unnest(range(cast(ceil((as_of() - first_day() + 29) / pairs.cycle) as bigint))) as cycle_number
    ) as numbers
    where cycle_number = 0 or cycle_number * pairs.cycle >= 45
),

needed as (
    select
        cycles.pair_key,
        cycles.day
    from cycles
    asof left join plan.stockouts as stockouts
        on cycles.pair_key = stockouts.pair_key and cycles.day > stockouts.sold_out_on
    where stockouts.restocked_for is null or cycles.day > stockouts.restocked_for
    union all
    select
        pair_key,
        restocked_for as day
    from plan.stockouts
    union all
    select
        pair_key,
        bought_on as day
    from plan.slow_stock
    where is_late
),

-- Nothing is bought for beyond the next stockout, or for beyond the day of an over-purchase.
limited as (
    select distinct
        needed.pair_key,
        needed.day,
        least(
            case
                when needed.day = first_day() then days_later(first_day(), 45 + pairs.cycle + pairs.cover)
                else days_later(needed.day, pairs.cycle + pairs.cover)
            end,
            coalesce(stockouts.sold_out_on, date '9999-12-31'),
            case
                when slow_stock.bought_on > needed.day then days_later(slow_stock.bought_on, -1)
                else date '9999-12-31'
            end
        ) as covers_until
    from needed
    inner join plan.stock_pairs as pairs using (pair_key)
    asof left join plan.stockouts as stockouts
        on needed.pair_key = stockouts.pair_key and needed.day <= stockouts.sold_out_on
    left join plan.slow_stock as slow_stock on needed.pair_key = slow_stock.pair_key
)

select
    limited.pair_key,
    limited.day,
    -- A later purchase never looks less far than an earlier one.
    max(limited.covers_until) over (partition by limited.pair_key order by limited.day) as covers_until,
    coalesce(slow_stock.quantity, 0) as overstock
from limited
left join plan.slow_stock as slow_stock
    on limited.pair_key = slow_stock.pair_key and limited.day >= slow_stock.bought_on;

-- Units that have to have come by the end of each day: all that went out, less what came back before.
create table plan.pair_needs as
with movements as (
    select
        pair_key,
        day,
        quantity as gone,
        0 as back
    from plan.pair_sales
    union all
    select
        pair_key,
        day,
        0 as gone,
        quantity as back
    from plan.stock_returns
    where is_restocked
    union all
    select
        pair_key,
        day,
        1 as gone,
        0 as back
    from plan.stock_lines
    where
        tier != 'tail' and not is_slow and day < as_of()
        and uniform('shrinkage', line_key) < parameter('stock.share_shrinkage')
    union all
    select
        pair_key,
        cleared_on as day,
        cleared_quantity as gone,
        0 as back
    from plan.slow_stock
    where cleared_quantity > 0
),

daily as (
    select
        pair_key,
        day,
        sum(gone) as gone,
        sum(back) as back
    from movements
    group by pair_key, day
)

select
    pair_key,
    day,
    max(need) over (partition by pair_key order by day) as need
from (
    select
        pair_key,
        day,
        sum(gone) over (partition by pair_key order by day)
        - (sum(back) over (partition by pair_key order by day) - back) as need
    from daily
) as running;

-- What comes in: opening stock, purchases, over-purchases, and single lots for the long tail.
create table plan.supplies as
with wanted as (
    select
        need_days.pair_key,
        need_days.day,
        max(greatest(coalesce(needs.need, 0) - need_days.overstock, 0)) over (
            partition by need_days.pair_key order by need_days.day
        ) as needed
    from plan.need_days as need_days
    asof left join plan.pair_needs as needs
        on need_days.pair_key = needs.pair_key and need_days.covers_until >= needs.day
),

tail as (
    select
        pair_key,
        min(day) as day,
        sum(quantity) as quantity
    from plan.stock_lines
    where tier = 'tail'
    group by
        pair_key,
        floor((day - days_later(as_of(), -parameter('purchasing.jit_since'))) / parameter('stock.cycle_tail'))
),

supplies as (
    select
        pair_key,
        day,
        needed - coalesce(lag(needed) over (partition by pair_key order by day), 0) as quantity,
        case when day = first_day() then 'opening' else 'purchase' end as kind
    from wanted
    union all
    select
        pair_key,
        bought_on as day,
        quantity,
        case when is_late then 'over-purchase' else 'opening' end as kind
    from plan.slow_stock
    union all
    select
        pair_key,
        day,
        quantity,
        case when day < days_later(first_day(), 45) then 'opening' else 'purchase' end as kind
    from tail
)

select
    row_number() over (order by supplies.day, supplies.pair_key, supplies.kind, supplies.quantity) as supply_number,
    supplies.pair_key,
    supplies.pair_key // 16 as sku_number,
    supplies.pair_key % 16 as warehouse_number,
    supplies.day,
    cast(supplies.quantity as bigint) as quantity,
    supplies.kind,
    products.tier,
    products.supplier_number,
    case
        when products.stocking_mode = 'consignment' then 'consignment'
        when
            products.tier = 'tail'
            and supplies.day >= days_later(as_of(), -parameter('purchasing.jit_since'))
            then 'consignment'
        else 'owned'
    end as ownership,
    coalesce(slow_stock.lot_day, days_later(first_day(), -1 - 30 * uniform('opening lot', supplies.pair_key)))
        as opening_lot_day
from supplies
inner join plan.products as products on supplies.pair_key // 16 = products.sku_number
left join plan.slow_stock as slow_stock
    on supplies.pair_key = slow_stock.pair_key and supplies.quantity = slow_stock.quantity and not slow_stock.is_late
where supplies.quantity > 0;
