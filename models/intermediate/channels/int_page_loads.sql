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
        is_landing,
        event_number
    from {{ ref('int_events_sessionised') }}
),

bots as (
    select session_id
    from {{ ref('int_sessions') }}
    where is_bot
),

final as (
    select
        loads.event_id,
        sessionised.session_id,
        {{ business_date('loads.loaded_at') }} as business_date,
        loads.page_type,
        loads.terminal,
        loads.device,
        coalesce(sessionised.is_landing, false) as is_landing,
        sessionised.event_number,
        loads.lcp_ms,
        loads.load_ms
    from loads
    left join sessionised on loads.event_id = sessionised.event_id
    left join bots on sessionised.session_id = bots.session_id
    where bots.session_id is null
)

select * from final
