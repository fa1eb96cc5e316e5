-- Value that comes back within 30 days of delivery, of orders that are older than that.
with delivered as (
    select
        order_id,
        delivered_at
    from shipments
    where delivered_at + interval 30 day <= half_ends()
)

select
    'live' as scope,
    sum(coalesce(returned.amount, 0)) / sum(orders.gmv) as value
from paid_orders as orders
inner join delivered using (order_id)
left join (
    select
        order_id,
        sum(amount) as amount
    from refunds
    inner join delivered using (order_id)
    where refunded_at < delivered_at + interval 30 day
    group by order_id
) as returned using (order_id)
where orders.live_session_id is not null and orders.half = latest_half();
