-- What several probes read: people behind identifiers, paid orders with their money in CNY, sessions.

create macro local_day(moment) as cast(moment + interval 8 hour as date);
create macro half_of(moment) as
    year(moment + interval 8 hour) * 2 + (month(moment + interval 8 hour) - 1) // 6;
create macro latest_half() as 2026 * 2;
create macro half_begins() as timestamp '2025-12-31 16:00:00';
create macro half_ends() as timestamp '2026-06-30 16:00:00';

-- One-sided twins of a relative risk: its 95 % interval by the delta method on the logarithm (Katz).
create macro ratio_error(hits, tries, other_hits, other_tries) as
    1.96 * sqrt(1.0 / hits - 1.0 / tries + 1.0 / other_hits - 1.0 / other_tries);

create table owners as
select
    id_value as user_id,
    any_value(person_number) as person_number
from truth_identities
where id_type = 'user_id'
group by id_value;

create table paid_orders as
with merchandise as (
    select
        order_id,
        sum(unit_price * quantity - line_discount) as amount
    from order_lines
    group by order_id
),

returned as (
    select
        order_id,
        sum(amount) as amount
    from refunds
    where refunded_at is not null
    group by order_id
)

select
    orders.*,
    owners.person_number,
    half_of(orders.paid_at) as half,
    local_day(orders.paid_at) as paid_on,
    (merchandise.amount - orders.order_discount) * coalesce(fx_rates.rate, 1) as gmv,
    coalesce(returned.amount, 0) * coalesce(fx_rates.rate, 1) as refunded,
    row_number() over (partition by owners.person_number order by orders.placed_at) as person_order
from orders
inner join merchandise using (order_id)
left join owners on orders.user_id = owners.user_id
left join returned on orders.order_id = returned.order_id
left join fx_rates
    on orders.currency_code = fx_rates.base_currency_code and local_day(orders.placed_at) = fx_rates.rate_date
where orders.paid_at is not null and not orders.is_test;

create table sessions as
with gaps as (
    select
        *,
        coalesce(event_at - lag(event_at) over by_time >= interval 30 minute, true) as is_new
    from events
    anti join truth_bots using (visitor_id)
    window by_time as (partition by visitor_id order by event_at, event_id)
),

numbered as (
    select
        *,
        sum(is_new::int) over (partition by visitor_id order by event_at, event_id) as session_number
    from gaps
)

select
    visitor_id,
    min(event_at) as started_at,
    epoch(max(event_at) - min(event_at)) as engaged_seconds,
    arg_min(coalesce(utm_medium, ''), (event_at, event_id)) as medium,
    count(*) filter (where event_name in ('page_view', 'detail_view')) = 1
    and not bool_or(event_name = 'click')
    and max(event_at) - min(event_at) < interval 10 second as is_bounce,
    bool_or(event_name = 'add_to_cart') as has_cart,
    bool_or(event_name = 'pay') as has_paid
from numbered
group by visitor_id, session_number;
