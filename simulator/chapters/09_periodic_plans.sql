-- Periodic purchase plans for mother-and-baby and pet goods, their runs, and the orders that fulfil
-- them. These orders are new ones: nobody buys a category by hand as often as a plan delivers it. They
-- are told before all chapters that follow orders: stock, books, targets.

create table plan.subscriptions as
with category_orders as (
    select
        orders.person_number,
        orders.order_number,
        orders.placed_at,
        lines.sku_number,
        lines.category_id,
        row_number() over (
            partition by orders.person_number
            order by uniform('binds with', lines.line_key), lines.line_key
        ) as choice
    from plan.order_lines as lines
    inner join plan.orders as orders using (order_number)
    inner join plan.members as members using (person_number)
    anti join plan.second_accounts as second_accounts on orders.person_number = second_accounts.person_number
    where
        lines.category_id in ('baby', 'pets')
        and not orders.is_unpaid
        and not orders.is_test
        and members.is_old
        and orders.day < days_later(as_of(), -30)
),

-- A plan begins with an order that its owner placed by hand.
bound as (
    select
        *,
        row_number() over (order by uniform('binds', person_number), person_number) as plan_number
    from category_orders
    where choice = 1
),

kept as (
    select
        *,
        placed_at as started_at,
        case
            when uniform('interval', person_number) < 0.25 then 21
            when uniform('interval', person_number) < 0.7 then 28
            else 30
        end as interval_days,
        1 + cast(uniform('units', person_number) < 0.25 as integer) as quantity,
        placed_at + (60 + exponential('keeps', person_number) * parameter('subscriptions.days_kept')) * interval 1 day
            as leaves_at,
        uniform('pauses', person_number) < parameter('subscriptions.paused') as is_paused
    from bound
    where plan_number <= round(parameter('subscriptions.plans') * scale())
)

select
    plan_number,
    'SUB' || lpad(cast(plan_number as varchar), 7, '0') as subscription_id,
    person_number,
    sku_number,
    category_id,
    started_at,
    interval_days,
    quantity,
    case when leaves_at < utc(cast(as_of() as timestamp)) then leaves_at end as cancelled_at,
    case
        when is_paused and leaves_at >= utc(cast(as_of() as timestamp))
            then utc(cast(as_of() as timestamp)) - (1 + 10 * uniform('paused', person_number)) * interval 1 day
    end as paused_at,
    least(leaves_at, utc(cast(as_of() as timestamp))) as ends_at
from kept;

create table plan.subscription_runs as
select
    plans.plan_number,
    run_no,
    plans.plan_number * 1000 + run_no as run_key,
    plans.started_at + run_no * plans.interval_days * interval 1 day as due_at,
    year(plans.started_at + run_no * plans.interval_days * interval 1 day + interval 8 hour) * 2
    + (month(plans.started_at + run_no * plans.interval_days * interval 1 day + interval 8 hour) - 1) // 6 as half
from plan.subscriptions as plans
cross join lateral (select unnest(range(1, 60)) as run_no) as numbers
where plans.started_at + run_no * plans.interval_days * interval 1 day < coalesce(plans.paused_at, plans.ends_at);

-- K077: so many runs of each half-year are fulfilled that the repeat orders of the category, with
-- those that the owners place by hand, come to the planted number a year of being bound.
create table plan.subscription_quotas as
with halves as (
    select distinct
        year(day) * 2 + (month(day) - 1) // 6 as half,
        utc(cast(date_trunc('year', day) + (month(day) - 1) // 6 * interval 6 month as timestamp)) as half_begins,
        utc(cast(date_trunc('year', day) + (1 + (month(day) - 1) // 6) * interval 6 month as timestamp)) as half_ends
    from plan.days
),

exposures as (
    select
        halves.half,
        sum(date_diff('second', greatest(plans.started_at, halves.half_begins), least(plans.ends_at, halves.half_ends)))
        / (365 * 86400.0) as years
    from halves
    inner join plan.subscriptions as plans
        on plans.started_at < halves.half_ends and plans.ends_at > halves.half_begins
    group by halves.half
),

by_hand as (
    select
        halves.half,
        count(distinct orders.order_number) as repeat_orders
    from plan.subscriptions as plans
    inner join plan.orders as orders
        on plans.person_number = orders.person_number
        and orders.placed_at > plans.started_at
        and orders.placed_at < plans.ends_at
    inner join plan.order_lines as lines
        on orders.order_number = lines.order_number and plans.category_id = lines.category_id
    inner join halves
        on orders.placed_at >= halves.half_begins and orders.placed_at < halves.half_ends
    where not orders.is_unpaid and not orders.is_test
    group by halves.half
)

select
    exposures.half,
    greatest(0, round(parameter('subscriptions.repeat_orders_a_year') * exposures.years)
    - coalesce(by_hand.repeat_orders, 0)) as fulfilled_runs
from exposures
left join by_hand using (half);

create table plan.subscription_orders as
with ranked as (
    select
        runs.*,
        row_number() over (partition by runs.half order by uniform('run', runs.run_key), runs.run_key) as run_rank
    from plan.subscription_runs as runs
)

select
    row_number() over (order by ranked.due_at, ranked.run_key)
    + (select max(order_number) from plan.orders) as order_number,
    ranked.plan_number,
    ranked.run_no,
    ranked.run_key,
    ranked.due_at,
    cast(ranked.due_at + interval 8 hour as date) as day,
    plans.person_number,
    plans.sku_number,
    plans.category_id,
    plans.quantity,
    plans.subscription_id
from ranked
inner join plan.subscription_quotas as quotas using (half)
inner join plan.subscriptions as plans using (plan_number)
where ranked.run_rank <= quotas.fulfilled_runs;

-- From here on these orders are orders like others, but for the visit that they do not need.
insert into plan.orders by name
select
    due.order_number,
    'O' || lpad(cast(due.order_number as varchar), 9, '0') as order_id,
    due.person_number,
    devices.visitor_id,
    devices.terminal,
    due.day,
    0 as promo_discount,
    true as is_bought_at_once,
    false as is_unpaid,
    members.price_sensitivity,
    members.region_id,
    due.due_at as placed_at,
    false as is_test,
    'CNY' as currency_code,
    false as has_coupon
from plan.subscription_orders as due
inner join plan.members as members using (person_number)
inner join plan.devices as devices
    on due.person_number = devices.person_number and devices.device_number = 1;

insert into plan.order_lines by name
select
    due.order_number,
    due.order_number * 16 as line_key,
    1 as line_no,
    due.sku_number,
    due.quantity,
    prices.list_price,
    prices.purchase_cost,
    due.category_id,
    skus.return_rate
from plan.subscription_orders as due
inner join plan.prices as prices
    on due.sku_number = prices.sku_number and due.day >= prices.valid_from and due.day < prices.valid_to
inner join plan.skus as skus on due.sku_number = skus.sku_number;

insert into plan.line_money by name
select
    lines.order_number,
    lines.line_no,
    lines.line_key,
    lines.sku_number,
    lines.quantity,
    lines.return_rate,
    0 as promo_discount,
    false as has_coupon,
    'CNY' as currency_code,
    lines.list_price,
    1 as rate,
    lines.list_price as unit_price,
    0 as line_discount
from plan.order_lines as lines
inner join plan.subscription_orders as due using (order_number);

insert into plan.order_money by name
select
    lines.order_number,
    1 as rate,
    lines.list_price * lines.quantity as merchandise,
    0 as order_discount,
    0 as shipping_fee
from plan.order_lines as lines
inner join plan.subscription_orders as due using (order_number);

insert into plan.payments by name
select
    order_number,
    0 as attempt,
    'alipay' as method,
    due_at + interval 1 minute as attempted_at,
    true as is_success
from plan.subscription_orders
where due_at + interval 1 minute < utc(cast(as_of() as timestamp));

insert into plan.fulfilment by name
select
    order_number,
    due_at + interval 1 minute as paid_at,
    false as is_refunded_before_shipment,
    'W' || (1 + pick('warehouse', person_number, cast(parameter('size.warehouses') as bigint))) as warehouse_id,
    due_at + (4 + 40 * uniform('ships', order_number)) * interval 1 hour as shipped_at,
    due_at + (28 + 40 * uniform('ships', order_number) + 72 * uniform('travels', order_number)) * interval 1 hour
        as delivered_at
from plan.subscription_orders;
