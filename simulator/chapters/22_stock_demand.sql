-- What stock has to serve: shipped lines, goods that come back, shrinkage, and the overstock.

-- A line leaves the warehouse that ships the order. What is not listed there comes through from one
-- that lists it, and crosses the dock.
create table plan.stock_lines as
with counted as (
    select
        sku_number,
        count(*) as listing_count
    from plan.listings
    group by sku_number
),

shipped as (
    select
        lines.order_number,
        lines.line_no,
        lines.line_key,
        lines.sku_number,
        lines.quantity,
        fulfilment.paid_at,
        fulfilment.shipped_at,
        cast(substr(fulfilment.warehouse_id, 2) as bigint) - 1 as warehouse_number
    from plan.order_lines as lines
    inner join plan.fulfilment as fulfilment using (order_number)
    where fulfilment.shipped_at is not null
)

select
    shipped.*,
    products.tier,
    products.is_slow,
    cast(shipped.shipped_at + interval 8 hour as date) as day,
    products.tier != 'tail' and here.sku_number is null as is_cross_dock,
    case
        when products.tier = 'tail' or here.sku_number is not null then shipped.warehouse_number
        else elsewhere.warehouse_number
    end as stock_number,
    shipped.sku_number * 16 + case
        when products.tier = 'tail' or here.sku_number is not null then shipped.warehouse_number
        else elsewhere.warehouse_number
    end as pair_key
from shipped
inner join plan.products as products using (sku_number)
left join plan.listings as here
    on shipped.sku_number = here.sku_number and shipped.warehouse_number = here.warehouse_number
left join counted on shipped.sku_number = counted.sku_number
left join plan.listings as elsewhere
    on
        shipped.sku_number = elsewhere.sku_number
        and elsewhere.listing_number
        = pick('served from', shipped.sku_number * 16 + shipped.warehouse_number, counted.listing_count);

create table plan.stock_pairs as
select
    listings.sku_number * 16 + listings.warehouse_number as pair_key,
    listings.sku_number,
    listings.warehouse_number,
    listings.listing_number = 0 as is_hub,
    products.tier,
    products.is_slow,
    products.stocking_mode,
    case when products.tier = 'head' then parameter('stock.cycle_head') else parameter('stock.cycle_mid') end
        as cycle,
    case when products.tier = 'head' then parameter('stock.cover_head') else parameter('stock.cover_mid') end
        as cover
from plan.listings as listings
inner join plan.products as products using (sku_number);

-- Sales by day; those to come after the last day are taken to be as those before it, so that the
-- last purchases have something to serve.
create table plan.pair_sales as
with known as (
    select
        pair_key,
        day,
        sum(quantity) as quantity
    from plan.stock_lines
    where tier != 'tail'
    group by pair_key, day
),

continued as (
    select
        pair_key,
        day,
        quantity
    from known
    where day < as_of()
    union all
    select
        pair_key,
        days_later(day, 90) as day,
        quantity
    from known
    where day >= days_later(as_of(), -90) and day < as_of()
    -- Parcels that wait for the carrier on the last day.
    union all
    select
        pair_key,
        day,
        quantity
    from known
    where day >= as_of()
)

select
    pair_key,
    day,
    cast(sum(quantity) as bigint) as quantity,
    cast(sum(sum(quantity)) over (partition by pair_key order by day) as bigint) as cumulated
from continued
group by pair_key, day;

-- Overstock: a lot that would last for years. Some of it lay there when history begins, the rest is
-- over-bought in its first year; the older the lot, the higher the grade.
create table plan.slow_stock as
with sized as (
    select
        pairs.pair_key,
        pairs.sku_number,
        pairs.warehouse_number,
        costs.unit_cost,
        20 + cast(ceil(
            parameter('slow_stock.cover') * coalesce(sum(sales.quantity) filter (where sales.day < as_of()), 0)
        ) as bigint) as quantity
    from plan.stock_pairs as pairs
    inner join plan.costs as costs on pairs.sku_number = costs.sku_number and costs.change_number = 0
    left join plan.pair_sales as sales on pairs.pair_key = sales.pair_key
    where pairs.is_slow
    group by pairs.pair_key, pairs.sku_number, pairs.warehouse_number, costs.unit_cost
),

split as (
    select
        *,
        row_number() over (order by uniform('over-bought', pair_key), pair_key)
        <= round(count(*) over () * parameter('slow_stock.share_late')) as is_late
    from sized
),

dated as (
    select
        *,
        case
            when is_late then days_later(as_of(), -340 + 140 * uniform('over-bought on', pair_key))
            else first_day()
        end as bought_on,
        days_later(as_of(), -330 + 290 * uniform('cleared on', pair_key)) as cleared_on,
        case
            when is_late then days_later(as_of(), -340 + 140 * uniform('over-bought on', pair_key))
            else days_later(first_day(), -300 + 250 * uniform('old lot', pair_key))
        end as lot_day
    from split
),

sold as (
    select
        dated.pair_key,
        sum(sales.quantity) filter (where sales.day < days_later(as_of(), -365)) as until_year_ago,
        sum(sales.quantity) filter (where sales.day < as_of()) as until_now
    from dated
    inner join plan.pair_sales as sales
        on dated.pair_key = sales.pair_key and sales.day >= dated.bought_on
    group by dated.pair_key
),

-- What of the lot is left on a day: the lot serves all sales since it came.
left_over as (
    select
        dated.*,
        dated.quantity - coalesce(sold.until_year_ago, 0) as left_year_ago,
        dated.quantity - coalesce(sold.until_now, 0) as left_now
    from dated
    left join sold using (pair_key)
),

graded as (
    select
        *,
        ['S', 'A', 'B', 'C'][cast(ntile(4) over (order by lot_day, pair_key) as integer)] as grade
    from left_over
),

-- Of each old lot so much is cleared that the slow-mover amount falls by the planted change (K105).
budgeted as (
    select
        *,
        (
            sum(case when is_late then 0 else left_year_ago * unit_cost end) over ()
            * (1 + parameter('slow_stock.change'))
            - sum(case when is_late then left_now * unit_cost else 0 end) over ()
        ) / sum(case when is_late then 0 else left_now * unit_cost end) over () as share_to_keep
    from graded
)

select
    pair_key,
    sku_number,
    warehouse_number,
    unit_cost,
    is_late,
    quantity,
    bought_on,
    lot_day,
    cleared_on,
    grade,
    case
        when is_late then 0
        else cast(round(left_now * (1 - greatest(0, least(1, share_to_keep)))) as bigint)
    end as cleared_quantity
from budgeted;

-- Empty shelves: gaps between two sales in which nothing is there to be sold (K141).
create table plan.stockouts as
with gaps as (
    select
        pair_key,
        day as sold_out_on,
        lead(day) over (partition by pair_key order by day) as restocked_for
    from plan.pair_sales
)

select gaps.*
from gaps
inner join plan.stock_pairs as pairs using (pair_key)
where
    not pairs.is_slow
    and gaps.sold_out_on >= days_later(first_day(), 60)
    and gaps.restocked_for < as_of()
    and gaps.restocked_for - gaps.sold_out_on between 4 and parameter('stock.stockout_days')
    and uniform('stockout', gaps.pair_key * 1024 + (gaps.sold_out_on - first_day()))
    < parameter('stock.stockouts');

-- What comes back goes on sale again where it sells within a month; else to its supplier, and to
-- scrap if damaged.
create table plan.stock_returns as
with back as (
    select
        refunds.order_number,
        refunds.line_no,
        refunds.line_key,
        refunds.quantity,
        refunds.received_at,
        cast(refunds.received_at + interval 8 hour as date) as day,
        lines.pair_key,
        lines.sku_number,
        lines.stock_number,
        lines.tier,
        lines.is_slow,
        uniform('damaged', refunds.line_key) < parameter('stock.share_damaged') as is_damaged
    from plan.refunds as refunds
    inner join plan.stock_lines as lines using (order_number, line_no)
    where
        refunds.quantity > 0
        and refunds.received_at < utc(cast(as_of() as timestamp))
        and uniform('lost', refunds.line_key) >= parameter('stock.share_lost')
),

with_sales as (
    select
        back.*,
        coalesce(until.cumulated, 0) - coalesce(so_far.cumulated, 0) as sold_within_month
    from back
    asof left join plan.pair_sales as so_far on back.pair_key = so_far.pair_key and back.day >= so_far.day
    asof left join plan.pair_sales as until
        on back.pair_key = until.pair_key and days_later(back.day, 30) >= until.day
)

select
    with_sales.* exclude (sold_within_month),
    with_sales.tier != 'tail' and not with_sales.is_slow and not with_sales.is_damaged
    and with_sales.sold_within_month >= 5 * with_sales.quantity
    and (stockouts.restocked_for is null or with_sales.day >= stockouts.restocked_for) as is_restocked
from with_sales
asof left join plan.stockouts as stockouts
    on with_sales.pair_key = stockouts.pair_key and with_sales.day >= stockouts.sold_out_on;
