-- Persons by their first account, so that second accounts count once.
with persons as (
    select min(registered_at) as registered_at
    from users
    inner join owners using (user_id)
    group by owners.person_number
)

select
    'annual' as scope,
    count(*) filter (where half_of(registered_at) = latest_half()) / (
        select arg_max(value, version)
        from targets
        where metric_id = 'new_registrations' and starts_date = date '2026-01-01'
    ) as value
from persons;
