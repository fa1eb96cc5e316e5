-- Money, payments, parcels and returns of orders.

create table plan.order_lines as
select
    baskets.order_number,
    baskets.line_key,
    row_number() over (partition by baskets.order_number order by baskets.line_key) as line_no,
    baskets.sku_number,
    baskets.quantity,
    baskets.bundle_id,
    prices.list_price,
    prices.purchase_cost,
    skus.category_id,
    skus.return_rate
from plan.baskets as baskets
inner join plan.prices as prices
    on
        baskets.sku_number = prices.sku_number
        and baskets.day >= prices.valid_from
        and baskets.day < prices.valid_to
inner join plan.skus as skus on baskets.sku_number = skus.sku_number;

-- Money of a line in the order's own currency, discounts as positive amounts.
create table plan.line_money as
with converted as (
    select
        lines.order_number,
        lines.line_no,
        lines.line_key,
        lines.sku_number,
        lines.quantity,
        lines.bundle_id,
        lines.return_rate,
        orders.promo_discount,
        orders.has_coupon,
        orders.currency_code,
        cast(round(lines.list_price / coalesce(fx_rates.rate, 1), 2) as decimal(18, 4)) as list_price,
        coalesce(fx_rates.rate, 1) as rate
    from plan.order_lines as lines
    inner join plan.orders as orders using (order_number)
    left join shop.fx_rates as fx_rates
        on orders.currency_code = fx_rates.currency_code and orders.day = fx_rates.rate_date
)

select
    *,
    list_price as unit_price,
    cast(
        case
            when uniform('in promotion', line_key) < 0.8 then round(list_price * quantity * promo_discount, 2)
            else 0
        end as decimal(18, 2)
    ) as line_discount
from converted;

create table plan.order_money as
with summed as (
    select
        order_number,
        any_value(rate) as rate,
        bool_or(has_coupon) as has_coupon,
        cast(sum(unit_price * quantity - line_discount) as decimal(18, 2)) as merchandise
    from plan.line_money
    group by order_number
)

select
    order_number,
    rate,
    merchandise,
    cast(case when has_coupon then round(merchandise * 0.08, 2) else 0 end as decimal(18, 2)) as order_discount,
    cast(
        case
            when merchandise * rate >= parameter('orders.free_shipping_from') then 0
            else round(parameter('orders.shipping_fee') / rate, 2)
        end as decimal(18, 2)
    ) as shipping_fee
from summed;

-- Attempts: a failed one is followed by another, unless the order is left unpaid. The last one is
-- the end of the visit.
create table plan.payments as
select
    orders.order_number,
    attempt,
    ['alipay', 'wechat_pay', 'union_pay', 'huabei'][1 + pick('method', orders.order_number * 4 + attempt, 4)] as method,
    orders.placed_at + orders.seconds_to_pay * (1 + attempt) / attempts * interval 1 second as attempted_at,
    not orders.is_unpaid and attempt = attempts - 1 as is_success
from (
    select
        *,
        1
        + cast(uniform('first attempt', order_number) < parameter('orders.payment_failure') as bigint)
        + cast(uniform('second attempt', order_number) < parameter('orders.payment_failure')
            * parameter('orders.payment_failure') as bigint) as attempts
    from plan.orders
) as orders
cross join lateral (select unnest(range(attempts)) as attempt) as numbers
where not (orders.is_unpaid and uniform('tries', orders.order_number) < 0.5);

-- What became of an order: paid, shipped from the nearest warehouse, delivered, completed.
create table plan.fulfilment as
with paid as (
    select
        order_number,
        max(attempted_at) filter (where is_success) as paid_at
    from plan.payments
    group by order_number
),

planned as (
    select
        orders.order_number,
        orders.placed_at,
        paid.paid_at,
        orders.is_unpaid,
        case when orders.is_unpaid then orders.placed_at + interval 1 day end as cancelled_at,
        paid.paid_at is not null
        and uniform('before shipment', orders.order_number) < parameter('returns.before_shipment')
            as is_refunded_before_shipment,
        paid.paid_at + (4 + 40 * uniform('ships', orders.order_number)) * interval 1 hour as ships_at,
        (24 + 72 * uniform('travels', orders.order_number)) * interval 1 hour as travel,
        pick('warehouse', orders.person_number, cast(parameter('size.warehouses') as bigint)) as warehouse_number
    from plan.orders as orders
    left join paid using (order_number)
)

select
    order_number,
    paid_at,
    case when cancelled_at < cast(as_of() as timestamp) - interval 8 hour then cancelled_at end as cancelled_at,
    is_refunded_before_shipment,
    'W' || (1 + warehouse_number) as warehouse_id,
    case when not is_refunded_before_shipment then ships_at end as shipped_at,
    case when not is_refunded_before_shipment then ships_at + travel end as delivered_at
from planned;

-- Lines that come back, whole or in money alone, within three weeks of delivery.
create table plan.refunds as
with candidates as (
    select
        lines.order_number,
        lines.line_no,
        lines.line_key,
        lines.quantity,
        fulfilment.is_refunded_before_shipment,
        fulfilment.paid_at,
        fulfilment.delivered_at,
        lines.unit_price * lines.quantity - lines.line_discount
        -- The coupon's share of the line, rounded up, is not given back: it was never paid.
        - ceil(
            100 * money.order_discount * (lines.unit_price * lines.quantity - lines.line_discount)
            / nullif(money.merchandise, 0)
        ) / 100 as paid_for_line,
        lines.return_rate / 0.10 * parameter('returns.rate') as return_share
    from plan.line_money as lines
    inner join plan.order_money as money using (order_number)
    inner join plan.fulfilment as fulfilment using (order_number)
    where fulfilment.paid_at is not null
),

decided as (
    select
        *,
        is_refunded_before_shipment or uniform('returns', line_key) < return_share as is_refunded,
        not is_refunded_before_shipment and uniform('partial', line_key) < parameter('returns.partial') as is_partial,
        case
            when is_refunded_before_shipment then paid_at + interval 3 hour
            else delivered_at + (12 + 480 * uniform('asks back', line_key)) * interval 1 hour
        end as requested_at
    from candidates
)

select
    order_number,
    line_no,
    line_key,
    case
        when is_refunded_before_shipment then 'cancellation'
        when is_partial then 'refund_only'
        else 'return'
    end as refund_type,
    ['quality', 'size', 'wrong_item', 'no_reason', 'late'][1 + pick('reason', line_key, 5)] as reason_code,
    requested_at,
    requested_at + interval 5 hour as approved_at,
    case when not is_refunded_before_shipment and not is_partial then requested_at + interval 30 hour end as pickup_at,
    case when not is_refunded_before_shipment and not is_partial then requested_at + interval 80 hour end as received_at,
    requested_at + case
        when is_refunded_before_shipment then interval 6 hour
        when is_partial then interval 20 hour
        else interval 100 hour
    end as refunded_at,
    case when is_partial then 0 else quantity end as quantity,
    cast(case when is_partial then round(paid_for_line * 0.3, 2) else paid_for_line end as decimal(18, 2)) as amount
from decided
where is_refunded and requested_at < cast(as_of() as timestamp) - interval 8 hour;
