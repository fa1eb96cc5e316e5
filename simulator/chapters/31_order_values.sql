-- For the chapters on members: what each paid order of a customer is worth in CNY,
-- without shipping, and what went back.
create table plan.order_values as
with returned as (
    select
        order_number,
        sum(amount) filter (where refunded_at < utc(cast(as_of() as timestamp))) as refunded
    from plan.refunds
    group by order_number
)

select
    orders.order_number,
    orders.order_id,
    orders.person_number,
    exported.user_id,
    fulfilment.paid_at,
    cast(fulfilment.paid_at + interval 8 hour as date) as paid_on,
    year(fulfilment.paid_at + interval 8 hour) * 2 + (month(fulfilment.paid_at + interval 8 hour) - 1) // 6 as half,
    -- Decimals add up to the same whatever the order of adding.
    cast((money.merchandise - money.order_discount) * money.rate as decimal(18, 4)) as amount,
    cast(coalesce(returned.refunded, 0) * money.rate as decimal(18, 4)) as refunded,
    orders.has_coupon
from plan.orders as orders
inner join shop.orders as exported using (order_id)
inner join plan.order_money as money using (order_number)
inner join plan.fulfilment as fulfilment using (order_number)
left join returned using (order_number)
where
    not orders.is_test
    and fulfilment.paid_at is not null
    and fulfilment.paid_at < utc(cast(as_of() as timestamp));
