with ranked as (
    select
        *,
        lead(paid_at) over (partition by person_number order by placed_at) as next_paid_at
    from paid_orders
)

select
    'fission' as scope,
    avg(coalesce(next_paid_at < paid_at + interval 90 day, false)::int) as value
from ranked
where
    person_order = 1 and group_id is not null and half = latest_half()
    and paid_at + interval 90 day <= half_ends();
