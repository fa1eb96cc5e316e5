-- Members of communities with an order before a quarter who order in it; quarters of the half.
with members as (
    select
        coalesce(owners.person_number, of_open_id.person_number) as person_number,
        min(joined_at) as joined_at
    from community_members
    left join owners using (user_id)
    left join truth_identities as of_open_id
        on of_open_id.id_type = 'open_id' and community_members.open_id = of_open_id.id_value
    group by all
),

quarters as (
    select unnest([date '2026-01-01', date '2026-04-01']) as begins
),

buyers as (
    select
        quarters.begins,
        orders.person_number,
        bool_or(orders.paid_on < quarters.begins) as bought_before,
        bool_or(orders.paid_on >= quarters.begins and orders.paid_on < quarters.begins + interval 3 month)
            as buys
    from members
    cross join quarters
    inner join paid_orders as orders using (person_number)
    group by quarters.begins, orders.person_number
)

select
    'community' as scope,
    avg(buys::int) as value
from buyers
where bought_before;
