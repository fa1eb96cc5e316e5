-- Orders as the shop's exports show them. Money stays in the currency of the transaction.

create table shop.orders as
select
    orders.order_id,
    accounts.user_id,
    orders.visitor_id,
    case when orders.terminal = 'mini_program' then accounts.open_id end as open_id,
    'S1' as shop_id,
    'own_store' as platform,
    case
        when sessions.source_group in ('search', 'recommendation', 'direct') then sessions.source_group
        else 'other'
    end as channel_id,
    orders.terminal,
    cast(null as varchar) as campaign_id,
    cast(null as varchar) as utm_source,
    cast(null as varchar) as utm_medium,
    cast(null as varchar) as promo_code,
    cast(null as varchar) as live_session_id,
    cast(null as varchar) as group_id,
    case when fulfilment.shipped_at < utc(cast(as_of() as timestamp)) then fulfilment.warehouse_id end as warehouse_id,
    orders.region_id,
    cast(null as varchar) as receiver_city,
    case
        when fulfilment.cancelled_at is not null then 'cancelled'
        when fulfilment.paid_at is null then 'placed'
        when fulfilment.delivered_at + interval 15 day < utc(cast(as_of() as timestamp)) then 'completed'
        when fulfilment.delivered_at < utc(cast(as_of() as timestamp)) then 'delivered'
        when fulfilment.shipped_at < utc(cast(as_of() as timestamp)) then 'shipped'
        else 'paid'
    end as status,
    case when fulfilment.cancelled_at is not null then 'unpaid' end as cancel_reason,
    orders.placed_at,
    cast(null as timestamp) as deposit_paid_at,
    fulfilment.paid_at,
    fulfilment.cancelled_at,
    case
        when fulfilment.delivered_at + interval 15 day < utc(cast(as_of() as timestamp))
            then fulfilment.delivered_at + interval 15 day
    end as completed_at,
    false as is_presale,
    orders.is_test,
    orders.currency_code,
    money.order_discount,
    money.shipping_fee,
    cast(0 as decimal(18, 2)) as tax
from plan.orders as orders
inner join plan.sessions as sessions using (visit_number)
inner join plan.accounts as accounts on orders.person_number = accounts.person_number
inner join plan.order_money as money using (order_number)
inner join plan.fulfilment as fulfilment using (order_number);

create table shop.order_lines as
select
    orders.order_id,
    lines.line_no,
    'SKU' || lpad(cast(lines.sku_number as varchar), 5, '0') as sku_id,
    lines.bundle_id,
    case when lines.line_discount > 0 then orders.promo_id end as promo_id,
    cast(null as varchar) as subscription_id,
    false as is_gift,
    lines.quantity,
    lines.list_price,
    lines.unit_price,
    lines.line_discount,
    cast(null as decimal(18, 2)) as alloc_order_discount
from plan.line_money as lines
inner join plan.orders as orders using (order_number);

create table shop.payments as
select
    'P' || payments.order_number || '-' || payments.attempt as payment_id,
    orders.order_id,
    accounts.user_id,
    'full' as payment_kind,
    payments.method,
    case when payments.is_success then 'succeeded' else 'failed' end as status,
    case
        when not payments.is_success
            then ['insufficient_funds', 'timeout', 'user_cancelled', 'bank_error'][
                1 + pick('fails', payments.order_number * 4 + payments.attempt, 4)
            ]
    end as fail_reason,
    payments.attempted_at,
    case when payments.is_success then payments.attempted_at end as succeeded_at,
    orders.currency_code,
    cast(money.merchandise - money.order_discount + money.shipping_fee as decimal(18, 2)) as amount,
    cast(case when orders.currency_code != 'CNY' then money.rate end as decimal(18, 8)) as fx_rate
from plan.payments as payments
inner join plan.orders as orders using (order_number)
inner join plan.accounts as accounts on orders.person_number = accounts.person_number
inner join plan.order_money as money using (order_number);

create table shop.refunds as
select
    'R' || refunds.order_number || '-' || refunds.line_no as refund_id,
    orders.order_id,
    accounts.user_id,
    refunds.refund_type,
    case
        when refunds.refunded_at < utc(cast(as_of() as timestamp)) then 'refunded'
        when refunds.received_at < utc(cast(as_of() as timestamp)) then 'received'
        else 'requested'
    end as status,
    refunds.reason_code,
    case when uniform('refund handler', refunds.line_key) < 0.4 then 'bot' else 'human' end as handled_by,
    case when refunds.pickup_at is not null then 'C' || (1 + pick('return carrier', refunds.line_key, 4)) end as carrier_id,
    refunds.requested_at,
    case when refunds.approved_at < utc(cast(as_of() as timestamp)) then refunds.approved_at end as approved_at,
    case when refunds.pickup_at < utc(cast(as_of() as timestamp)) then refunds.pickup_at end as pickup_at,
    case when refunds.received_at < utc(cast(as_of() as timestamp)) then refunds.received_at end as received_at,
    case when refunds.refunded_at < utc(cast(as_of() as timestamp)) then refunds.refunded_at end as refunded_at,
    case when refunds.received_at < utc(cast(as_of() as timestamp)) then uniform('damaged', refunds.line_key) < 0.03 end
        as is_damaged,
    case when refunds.received_at < utc(cast(as_of() as timestamp)) then uniform('lost', refunds.line_key) < 0.01 end
        as is_lost,
    orders.currency_code,
    refunds.amount,
    cast(0 as decimal(18, 2)) as shipping_refund,
    case when refunds.pickup_at is not null then cast(12 as decimal(18, 2)) end as return_freight_cost
from plan.refunds as refunds
inner join plan.orders as orders using (order_number)
inner join plan.accounts as accounts on orders.person_number = accounts.person_number;

create table shop.refund_lines as
select
    'R' || refunds.order_number || '-' || refunds.line_no as refund_id,
    orders.order_id,
    refunds.line_no,
    'SKU' || lpad(cast(lines.sku_number as varchar), 5, '0') as sku_id,
    refunds.reason_code,
    refunds.quantity,
    refunds.amount
from plan.refunds as refunds
inner join plan.orders as orders using (order_number)
inner join plan.line_money as lines using (order_number, line_no);

create table shop.shipments as
select
    'T' || fulfilment.order_number as shipment_id,
    orders.order_id,
    fulfilment.warehouse_id,
    'C' || (1 + pick('carrier', fulfilment.order_number, 4)) as carrier_id,
    ['CN-GD', 'CN-ZJ', 'CN-SH', 'CN-BJ', 'CN-HB', 'CN-SC', 'CN-SD', 'CN-SN'][
        cast(substr(fulfilment.warehouse_id, 2) as integer)
    ] as from_region_id,
    orders.region_id as to_region_id,
    fulfilment.shipped_at,
    case when fulfilment.delivered_at < utc(cast(as_of() as timestamp)) then fulfilment.delivered_at end as delivered_at,
    false as is_expedited,
    cast(80 + 1500 * uniform('distance', fulfilment.order_number) as double) as distance_km,
    cast(round(0.2 + 3 * uniform('parcel', fulfilment.order_number), 3) as decimal(18, 4)) as weight_kg,
    cast(round(4 + 8 * uniform('freight', fulfilment.order_number), 2) as decimal(18, 2)) as freight_cost
from plan.fulfilment as fulfilment
inner join plan.orders as orders using (order_number)
where fulfilment.shipped_at < utc(cast(as_of() as timestamp));
