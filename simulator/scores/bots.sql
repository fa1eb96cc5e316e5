-- Visitors that are bots, found by their user agent, pace or volume.
with planted as (
    select 'storefront:' || visitor_id as visitor_id from truth.bots
),

found as (
    select distinct visitor_id from warehouse.intermediate.int_bot_flags
),

counted as (
    select
        count(planted.visitor_id) as planted_count,
        count(found.visitor_id) as found_count,
        count(*) filter (where planted.visitor_id is not null and found.visitor_id is not null)
            as right_count
    from planted
    full join found on planted.visitor_id = found.visitor_id
)

select
    'bots: precision' as score,
    right_count / nullif(found_count, 0) as value,
    0.95 as at_least,
    found_count as n,
    'visitors' as unit,
    cast(null as varchar) as missed
from counted
union all
select
    'bots: recall',
    right_count / nullif(planted_count, 0),
    0.95,
    planted_count,
    'visitors',
    null
from counted
