-- Persons whose first order is one of a group.
with ranked as (
    select
        group_id,
        placed_at,
        row_number() over (partition by owners.person_number order by placed_at) as place
    from orders
    inner join owners using (user_id)
)

select
    'new_users' as scope,
    count(*) as value
from ranked
where place = 1 and group_id is not null and half_of(placed_at) = latest_half();
