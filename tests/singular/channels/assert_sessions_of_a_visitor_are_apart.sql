-- A session ends no sooner than it begins, and the next begins only after the idle time.
with

sessions as (
    select
        session_id,
        started_at,
        ended_at,
        lag(ended_at) over (partition by visitor_id order by started_at) as previous_ended_at
    from {{ ref('int_sessions') }}
)

select *
from sessions
where
    ended_at < started_at
    or started_at
    < {{ dbt.dateadd('minute', var('session_idle_minutes'), 'previous_ended_at') }}
