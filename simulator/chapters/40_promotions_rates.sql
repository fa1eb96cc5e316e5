-- Promotions and exchange rates as the shop's exports show them.

create or replace table shop.promo_calendar as
-- Group-buy campaigns, clearances by livestream, and the members' day of every month.
with small as (
    select *
    from (
        values
        ('fission-2025-spring', '春季拼团裂变', 'group_buy', 'regular', date '2025-03-17', date '2025-04-14', 40000),
        ('fission-2025-autumn', '秋季拼团裂变', 'group_buy', 'regular', date '2025-09-08', date '2025-10-13', 60000),
        ('fission-2026-spring', '新春拼团裂变', 'group_buy', 'regular', date '2026-02-23', date '2026-03-30', 90000),
        ('clearance-2025-summer', '夏季直播清仓', 'live_clearance', 'regular', date '2025-07-10', date '2025-07-17', 20000),
        ('clearance-2026-winter', '冬季直播清仓', 'live_clearance', 'regular', date '2026-03-12', date '2026-03-19', 25000)
    ) as planned (promo_id, promo_name, promo_type, size, starts_on, ends_on, budget)
    union all
    select
        'member-day-' || strftime(day, '%Y-%m'),
        '会员日',
        'everyday',
        'everyday',
        day,
        days_later(day, 1),
        3000
    from plan.days
    where day(day) = 28
),

planned as (
    select
        promo_id,
        promo_name,
        promo_type,
        case when promo_name in ('618', '双11', '年货节') then 'big' else 'regular' end as size,
        coalesce(lunar_anchor, split_part(promo_id, '-', 1)) as anchor,
        lunar_anchor is not null as is_lunar,
        scene,
        starts_at,
        ends_at,
        budget
    from shop.promo_calendar
    union all
    select
        promo_id,
        promo_name,
        promo_type,
        size,
        null as anchor,
        false as is_lunar,
        null as scene,
        utc(cast(starts_on as timestamp)) as starts_at,
        utc(cast(ends_on as timestamp)) as ends_at,
        budget
    from small
    where starts_on < as_of()
)

select
    promo_id,
    promo_name,
    promo_type,
    size,
    anchor,
    is_lunar,
    -- The discounts of the order lines cover the whole shop.
    'shop' as scope_type,
    cast(null as varchar) as scope_id,
    scene,
    starts_at,
    ends_at,
    cast(budget * scale() as decimal(18, 2)) as budget
from planned;

create or replace table shop.fx_rates as
select
    rate_date,
    currency_code as base_currency_code,
    'CNY' as quote_currency_code,
    rate
from shop.fx_rates;

-- Paid orders with their money in CNY and what came back: channels, groups and sessions are dealt
-- out among them. Test orders take no part.
create table plan.paid_orders as
with returned as (
    select
        order_number,
        sum(amount) as amount,
        bool_or(is_refunded_before_shipment) as is_refunded_before_shipment
    from plan.refunds
    inner join plan.fulfilment using (order_number)
    where refunded_at < utc(cast(as_of() as timestamp))
    group by order_number
),

ranked as (
    select
        *,
        row_number() over (partition by person_number order by placed_at, order_number) as placed_rank
    from plan.orders
)

select
    orders.order_number,
    orders.order_id,
    orders.visit_number,
    orders.person_number,
    orders.visitor_id,
    orders.day,
    orders.placed_at,
    orders.placed_rank,
    row_number() over (partition by orders.person_number order by orders.placed_at, orders.order_number) as paid_rank,
    orders.currency_code,
    year(orders.day) * 2 + (month(orders.day) - 1) // 6 as half,
    fulfilment.paid_at,
    fulfilment.delivered_at,
    fulfilment.is_refunded_before_shipment,
    -- Decimals: sums are the same in whatever order they are made.
    cast((money.merchandise - money.order_discount) * money.rate as decimal(18, 2)) as gmv,
    cast(coalesce(returned.amount * money.rate, 0) as decimal(18, 2)) as returned_gmv,
    lead(fulfilment.paid_at) over (
        partition by orders.person_number order by orders.placed_at, orders.order_number
    ) as next_paid_at
from ranked as orders
inner join plan.fulfilment as fulfilment using (order_number)
inner join plan.order_money as money using (order_number)
left join returned using (order_number)
where not orders.is_test and fulfilment.paid_at < utc(cast(as_of() as timestamp));

-- Halves, counted back from the one that ends with the history: social channels were smaller then.
create table plan.half_years as
with halves as (
    select
        half,
        sum(gmv) as gmv,
        max(half) over () - half as halves_ago
    from plan.paid_orders
    group by half
)

select
    *,
    gmv / any_value(gmv) filter (where halves_ago = 0) over () as gmv_to_latest,
    power(parameter('marketing.channels.social_growth'), -halves_ago / 2.0) as social_size
from halves;
