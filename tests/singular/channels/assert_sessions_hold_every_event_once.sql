with

counted as (
    select
        (select count(*) from {{ ref('int_events') }}) as event_count,
        (select count(*) from {{ ref('int_events_sessionised') }}) as sessionised_event_count,
        -- A page left open is no visit.
        (select coalesce(sum(event_count), 0) from {{ ref('int_sessions') }})
        + (
            select coalesce(sum(event_count), 0)
            from {{ ref('int_sessions_measured') }}
            where action_count = 0
        ) as session_event_count
)

select *
from counted
where event_count <> sessionised_event_count or event_count <> session_event_count
