-- Orders of the plan's category while the plan runs, the first excluded, per year of the half.
with plans as (
    select
        subscriptions.user_id,
        subscriptions.started_at,
        coalesce(subscriptions.cancelled_at, half_ends()) as ends_at,
        skus.category_id
    from subscriptions
    inner join skus using (sku_id)
),

bought as (
    select distinct
        plans.user_id,
        orders.order_id,
        orders.paid_at
    from plans
    inner join paid_orders as orders
        on
            plans.user_id = orders.user_id
            and orders.placed_at >= plans.started_at
            and orders.placed_at < plans.ends_at
    inner join order_lines as lines using (order_id)
    inner join skus on lines.sku_id = skus.sku_id and plans.category_id = skus.category_id
),

repeats as (
    select paid_at
    from bought
    qualify row_number() over (partition by user_id order by paid_at, order_id) > 1
)

select
    'bound' as scope,
    (select count(*) from repeats where paid_at >= half_begins())
    / (sum(epoch(ends_at - greatest(started_at, half_begins()))) / 86400 / 365) as value
from plans
where ends_at > half_begins();
