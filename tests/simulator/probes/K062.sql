-- Net sales of the time in which people hold a card, over those of members' other time.
with terms as (
    select
        owners.person_number,
        greatest(started_at, half_begins()) as starts_at,
        least(coalesce(cancelled_at, expires_at), half_ends()) as ends_at
    from memberships
    inner join owners using (user_id)
    where
        programme = 'paid'
        and started_at < half_ends()
        and coalesce(cancelled_at, expires_at) > half_begins()
),

times as (
    select
        (select sum(epoch(ends_at - starts_at)) from terms) as with_card,
        sum(epoch(half_ends() - greatest(registered_at, half_begins()))) as together
    from (
        select min(registered_at) as registered_at
        from users
        inner join owners using (user_id)
        group by owners.person_number
    ) as members
),

sales as (
    select
        sum(orders.gmv - orders.refunded) filter (where terms.starts_at is not null) as with_card,
        sum(orders.gmv - orders.refunded) as together
    from paid_orders as orders
    left join terms
        on
            orders.person_number = terms.person_number
            and orders.paid_at >= terms.starts_at
            and orders.paid_at < terms.ends_at
    where orders.half = latest_half()
)

select
    'paid_over_ordinary' as scope,
    (sales.with_card / times.with_card)
    / ((sales.together - sales.with_card) / (times.together - times.with_card)) as value
from sales
cross join times;
