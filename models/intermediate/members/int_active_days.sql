-- Grain: person x local day with a visit, bots left out. A visit over midnight is activity of both
-- days.
with

sessions as (
    select
        owners.person_id,
        sessions.business_date as first_date,
        {{ business_date('sessions.ended_at') }} as last_date
    from {{ ref('int_sessions') }} as sessions
    inner join {{ ref('int_session_owners') }} as owners
        on sessions.session_id = owners.session_id
    where not sessions.is_bot
),

final as (
    select
        person_id,
        first_date as active_date
    from sessions
    union
    select
        person_id,
        last_date as active_date
    from sessions
)

select * from final
