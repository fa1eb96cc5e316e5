-- Points: a point for each yuan paid. Every order's points are a lot of their own that is reversed,
-- spent, expires or waits; so no account ever falls below zero.

create table plan.point_lots as
select
    orders.order_number,
    orders.order_id,
    orders.person_number,
    orders.user_id,
    orders.half,
    orders.paid_at + interval 10 minute as earned_at,
    cast(floor(orders.amount) as bigint) as points,
    orders.refunded > 0 as is_refunded,
    orders.paid_at + (1 + exponential('points spent', orders.order_number) * parameter('points.days_kept')) * interval 1 day
        as spends_at
from plan.order_values as orders
where floor(orders.amount) >= 1;

-- K064: of the lots that could be spent in a half-year so many are that the burn rate, points spent
-- over points earned, is the planted one; it grows from year to year.
create table plan.spent_lots as
with halves as (
    select
        half,
        sum(points) filter (where earned_at < utc(cast(as_of() as timestamp))) as earned,
        parameter('points.burn_rate') * power(
            1 + parameter('points.burn_rate_growth'),
            (half - (year(as_of()) * 2 + (month(as_of()) - 1) // 6 - 3)) / 2.0
        ) as burn_rate
    from plan.point_lots
    group by half
),

candidates as (
    select
        *,
        year(spends_at + interval 8 hour) * 2 + (month(spends_at + interval 8 hour) - 1) // 6 as spent_half
    from plan.point_lots
    where not is_refunded and points >= 20 and spends_at < utc(cast(as_of() as timestamp))
),

running as (
    select
        *,
        sum(points) over (
            partition by spent_half order by uniform('spends points', order_number), order_number
            rows unbounded preceding
        ) as spent_so_far
    from candidates
)

select
    running.*,
    uniform('points for goods', running.order_number) < parameter('points.for_goods') as is_for_goods
from running
inner join halves on running.spent_half = halves.half
where running.spent_so_far - running.points / 2.0 <= halves.earned * halves.burn_rate;

create table shop.points_ledger as
with refunds as (
    select
        lots.order_number,
        any_value(lots.order_id) as order_id,
        any_value(lots.user_id) as user_id,
        any_value(lots.points) as lot_points,
        refunds.refunded_at,
        sum(refunds.amount * money.rate) as refunded
    from plan.refunds as refunds
    inner join plan.point_lots as lots using (order_number)
    inner join plan.order_money as money using (order_number)
    where refunds.refunded_at + interval 10 minute < utc(cast(as_of() as timestamp))
    group by lots.order_number, refunds.refunded_at
),

reversals as (
    select
        *,
        row_number() over (partition by order_number order by refunded_at) as reversal,
        least(lot_points, cast(floor(sum(refunded) over (partition by order_number order by refunded_at)) as bigint))
        as reversed_in_all
    from refunds
),

entries as (
    select
        'E' || order_number as entry_id,
        user_id,
        'earn' as entry_type,
        cast(null as varchar) as reverses_entry_id,
        order_id,
        cast(null as varchar) as partner_id,
        earned_at as entered_at,
        earned_at + interval 365 day as expires_at,
        points
    from plan.point_lots
    union all
    select
        'E' || order_number || '-R' || reversal,
        user_id,
        'reverse',
        'E' || order_number,
        order_id,
        null,
        refunded_at + interval 10 minute,
        null,
        coalesce(lag(reversed_in_all) over (partition by order_number order by reversal), 0) - reversed_in_all
    from reversals
    union all
    -- Cash goes to the account's purse, so it belongs to no order.
    select
        'E' || order_number || '-S',
        user_id,
        case when is_for_goods then 'redeem_goods' else 'redeem_cash' end,
        null,
        null,
        case
            when is_for_goods
                then ['video', 'coffee', 'phone_credit', 'cinema', 'bike'][1 + pick('partner', order_number, 5)]
        end,
        spends_at,
        null,
        -points
    from plan.spent_lots
    union all
    -- A refund may still follow a year later; what is left then has expired.
    select
        'E' || lots.order_number || '-X',
        lots.user_id,
        'expire',
        null,
        null,
        null,
        lots.earned_at + interval 365 day,
        null,
        -lots.points
    from plan.point_lots as lots
    anti join plan.spent_lots as spent using (order_number)
    where not lots.is_refunded and lots.earned_at + interval 365 day < utc(cast(as_of() as timestamp))
)

select
    * exclude (points),
    points,
    cast(round(points * parameter('points.yuan_a_point'), 2) as decimal(18, 2)) as cash_value
from entries
where points != 0 and entered_at < utc(cast(as_of() as timestamp))
order by entry_id;
