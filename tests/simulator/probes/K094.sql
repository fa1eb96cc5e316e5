-- People who put a new product of class A into the cart in the half, and submit no order with it.
with launched as (
    select sku_id
    from skus
    where new_class = 'A' and half_of(launched_at) = latest_half()
),

devices as (
    select
        visitor_id,
        min(person_number) as person_number
    from events
    inner join owners using (user_id)
    group by visitor_id
),

carted as (
    select
        coalesce(devices.person_number::varchar, events.visitor_id) as person,
        events.sku_id,
        min(events.event_at) as carted_at
    from events
    semi join launched using (sku_id)
    left join devices using (visitor_id)
    where events.event_name = 'add_to_cart' and half_of(events.event_at) = latest_half()
    group by person, events.sku_id
),

submitted as (
    select
        owners.person_number::varchar as person,
        lines.sku_id,
        max(orders.placed_at) as submitted_at
    from orders
    inner join owners using (user_id)
    inner join order_lines as lines using (order_id)
    group by person, lines.sku_id
)

select
    'class_a' as scope,
    1 - avg((coalesce(submitted.submitted_at >= carted.carted_at, false))::int) as value
from carted
left join submitted using (person, sku_id);
