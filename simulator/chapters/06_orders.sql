-- Orders with their lines, money, payments, parcels and returns.

create table plan.orders as
select
    row_number() over (order by sessions.day, sessions.visit_number) as order_number,
    'O' || lpad(cast(row_number() over (order by sessions.day, sessions.visit_number) as varchar), 9, '0') as order_id,
    sessions.visit_number,
    sessions.person_number,
    sessions.visitor_id,
    sessions.terminal,
    sessions.day,
    sessions.discount as promo_discount,
    sessions.promo_id,
    sessions.is_bought_at_once,
    sessions.is_unpaid,
    sessions.price_sensitivity,
    persons.region_id,
    -- The order is placed when the visit is nearly over.
    utc(sessions.started_local_at + sessions.engaged_seconds * 0.9 * interval 1 second) as placed_at,
    sessions.engaged_seconds * 0.1 as seconds_to_pay,
    uniform('test order', sessions.visit_number) < parameter('orders.share_test') as is_test,
    case
        when uniform('currency', sessions.visit_number) >= parameter('orders.share_foreign') then 'CNY'
        when uniform('which currency', sessions.visit_number) < 0.7 then 'USD'
        else 'EUR'
    end as currency_code,
    uniform('coupon', sessions.visit_number) < parameter('orders.coupon_use') as has_coupon
from plan.sessions as sessions
inner join plan.persons as persons using (person_number)
where sessions.outcome = 'order';

-- Popularity shifts over time: categories grow or shrink, products are launched.
create table plan.sku_shares as
with weighted as (
    select
        weeks.week_start,
        skus.sku_number,
        skus.popularity * power(1 + skus.growth, (weeks.week_start - first_day()) / 365.0) as weight
    from plan.skus as skus
    cross join (
        select distinct cast(date_trunc('week', day) as date) as week_start from plan.days
    ) as weeks
    where skus.launched_on <= weeks.week_start
)

select
    week_start,
    sku_number,
    coalesce(sum(weight) over (
        partition by week_start order by sku_number rows between unbounded preceding and 1 preceding
    ), 0) / sum(weight) over (partition by week_start) as share_begins
from weighted;

-- What is in each basket, every product once.
create table plan.baskets as
with wanted as (
    select
        orders.order_number,
        orders.day,
        cast(date_trunc('week', orders.day) as date) as week_start,
        orders.order_number * 16 + line_number as line_key
    from plan.orders as orders
    cross join lateral (
        select unnest(range(1 + least(9, cast(floor(
            exponential('lines', orders.order_number) / -ln(1 - 1 / parameter('orders.lines'))
        ) as bigint)))) as line_number
    ) as numbers
)

select
    wanted.order_number,
    wanted.day,
    wanted.line_key,
    sku_shares.sku_number,
    1 + cast(uniform('quantity', wanted.line_key) > 0.8 as bigint)
    + cast(uniform('more', wanted.line_key) > 0.95 as bigint) as quantity,
    cast(null as varchar) as bundle_id
from wanted
asof inner join plan.sku_shares
    on
        wanted.week_start = sku_shares.week_start
        and uniform('product', wanted.line_key) >= sku_shares.share_begins
qualify row_number() over (
    partition by wanted.order_number, sku_shares.sku_number
    order by wanted.line_key
) = 1;
