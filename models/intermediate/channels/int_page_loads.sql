-- Grain: page load whose timings were measured, of people. With the session that it is part of, and
-- whether that began with it. Loads of pages that no event tells of have no session.
with

loads as (
    select
        event_id,
        page_type,
        terminal,
        device,
        loaded_at,
        lcp_ms,
        load_ms
    from {{ ref('int_page_perf') }}
),

sessionised as (
    select
        event_id,
        session_id,
        event_number
    from {{ ref('int_events_sessionised') }}
),

measured as (
    select
        session_id,
        landing_event_id
    from {{ ref('int_sessions_measured') }}
),

sessions as (
    select
        session_id,
        is_bot
    from {{ ref('int_sessions') }}
),

final as (
    select
        loads.event_id,
        sessionised.session_id,
        {{ business_date('loads.loaded_at') }} as business_date,
        loads.page_type,
        loads.terminal,
        loads.device,
        coalesce(loads.event_id = measured.landing_event_id, false) as is_landing,
        sessionised.event_number,
        loads.lcp_ms,
        loads.load_ms
    from loads
    left join sessionised on loads.event_id = sessionised.event_id
    left join measured on sessionised.session_id = measured.session_id
    left join sessions on sessionised.session_id = sessions.session_id
    where not coalesce(sessions.is_bot, false)
)

select * from final
