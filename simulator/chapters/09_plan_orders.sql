-- The periodic purchase plans and their orders as the shop's exports show them, beside the others.

create table shop.subscriptions as
select
    subscription_id,
    members.user_id,
    'SKU' || lpad(cast(sku_number as varchar), 5, '0') as sku_id,
    case
        when cancelled_at is not null then 'cancelled'
        when paused_at is not null then 'paused'
        else 'active'
    end as status,
    case
        when cancelled_at is not null
            then ['too_much', 'price', 'moved_on', 'other'][1 + pick('leaves', person_number, 4)]
    end as cancel_reason,
    started_at,
    paused_at,
    cast(null as timestamp) as resumed_at,
    cancelled_at,
    cast(interval_days as integer) as interval_days,
    quantity
from plan.subscriptions
inner join plan.members as members using (person_number)
order by subscription_id;

create table shop.subscription_runs as
select
    plans.subscription_id,
    cast(runs.run_no as integer) as run_no,
    orders.order_id,
    case
        when orders.order_id is not null then 'fulfilled'
        when runs.due_at >= utc(cast(as_of() as timestamp)) - interval 2 day then 'due'
        when uniform('run fails', runs.run_key) < 0.3 then 'failed'
        else 'skipped'
    end as status,
    case
        when orders.order_id is null and runs.due_at < utc(cast(as_of() as timestamp)) - interval 2 day
            and uniform('run fails', runs.run_key) < 0.3
            then ['payment_failed', 'out_of_stock', 'address', 'other'][1 + pick('run failure', runs.run_key, 4)]
    end as fail_reason,
    runs.due_at,
    case when fulfilment.shipped_at < utc(cast(as_of() as timestamp)) then fulfilment.shipped_at end as shipped_at,
    cast(case
        when orders.order_id is not null and money.merchandise < parameter('orders.free_shipping_from')
            then parameter('orders.shipping_fee')
        else 0
    end as decimal(18, 2)) as freight_waived
from plan.subscription_runs as runs
inner join plan.subscriptions as plans using (plan_number)
left join plan.subscription_orders as due using (plan_number, run_no)
left join plan.orders as orders using (order_number)
left join plan.order_money as money using (order_number)
left join plan.fulfilment as fulfilment using (order_number)
order by plans.subscription_id, runs.run_no;

insert into shop.orders by name
select
    orders.order_id,
    members.user_id,
    orders.visitor_id,
    case when orders.terminal = 'mini_program' then members.open_id end as open_id,
    'S1' as shop_id,
    'own_store' as platform,
    'direct' as channel_id,
    orders.terminal,
    case when fulfilment.shipped_at < utc(cast(as_of() as timestamp)) then fulfilment.warehouse_id end as warehouse_id,
    orders.region_id,
    case
        when fulfilment.delivered_at + interval 15 day < utc(cast(as_of() as timestamp)) then 'completed'
        when fulfilment.delivered_at < utc(cast(as_of() as timestamp)) then 'delivered'
        when fulfilment.shipped_at < utc(cast(as_of() as timestamp)) then 'shipped'
        else 'paid'
    end as status,
    orders.placed_at,
    fulfilment.paid_at,
    case
        when fulfilment.delivered_at + interval 15 day < utc(cast(as_of() as timestamp))
            then fulfilment.delivered_at + interval 15 day
    end as completed_at,
    false as is_presale,
    false as is_test,
    orders.currency_code,
    0 as order_discount,
    0 as shipping_fee,
    0 as tax
from plan.subscription_orders as due
inner join plan.orders as orders using (order_number)
inner join plan.members as members on due.person_number = members.person_number
inner join plan.fulfilment as fulfilment using (order_number);

insert into shop.order_lines by name
select
    orders.order_id,
    1 as line_no,
    'SKU' || lpad(cast(due.sku_number as varchar), 5, '0') as sku_id,
    due.subscription_id,
    false as is_gift,
    lines.quantity,
    lines.list_price,
    lines.unit_price,
    lines.line_discount
from plan.subscription_orders as due
inner join plan.orders as orders using (order_number)
inner join plan.line_money as lines using (order_number);

insert into shop.payments by name
select
    'P' || due.order_number || '-0' as payment_id,
    orders.order_id,
    orders.user_id,
    'full' as payment_kind,
    payments.method,
    'succeeded' as status,
    payments.attempted_at,
    payments.attempted_at as succeeded_at,
    'CNY' as currency_code,
    money.merchandise as amount
from plan.subscription_orders as due
inner join plan.payments as payments using (order_number)
inner join plan.order_money as money using (order_number)
inner join shop.orders as orders on 'O' || lpad(cast(due.order_number as varchar), 9, '0') = orders.order_id;

insert into shop.shipments by name
select
    'T' || due.order_number as shipment_id,
    'O' || lpad(cast(due.order_number as varchar), 9, '0') as order_id,
    fulfilment.warehouse_id,
    'C' || (1 + pick('carrier', due.order_number, 4)) as carrier_id,
    warehouses.from_region_id,
    members.region_id as to_region_id,
    fulfilment.shipped_at,
    case when fulfilment.delivered_at < utc(cast(as_of() as timestamp)) then fulfilment.delivered_at end as delivered_at,
    false as is_expedited,
    80 + 1500 * uniform('distance', due.order_number) as distance_km,
    round(0.2 + 3 * uniform('parcel', due.order_number), 3) as weight_kg,
    round(4 + 8 * uniform('freight', due.order_number), 2) as freight_cost
from plan.subscription_orders as due
inner join plan.fulfilment as fulfilment using (order_number)
inner join plan.members as members on due.person_number = members.person_number
inner join (select distinct warehouse_id, from_region_id from shop.shipments) as warehouses
    on fulfilment.warehouse_id = warehouses.warehouse_id
where fulfilment.shipped_at < utc(cast(as_of() as timestamp));
