-- The tier that held when the order was paid.
with tiered as (
    select
        orders.half,
        orders.gmv
    from paid_orders as orders
    inner join owners using (person_number)
    inner join memberships
        on
            owners.user_id = memberships.user_id
            and orders.paid_at >= memberships.started_at
            and orders.paid_at < coalesce(memberships.cancelled_at, memberships.expires_at)
    where memberships.programme = 'tier' and memberships.level in ('gold', 'diamond')
)

select
    'high_tiers' as scope,
    avg(gmv) filter (where half = latest_half()) / avg(gmv) filter (where half = latest_half() - 2) - 1
        as value
from tiered;
