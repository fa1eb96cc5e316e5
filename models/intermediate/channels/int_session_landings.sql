{{ config(
    materialized='incremental',
    unique_key='visitor_id',
    meta={'changes': 'int_visitors_changed'},
) }}
-- Grain: session. How it began: its first event, and the first event that names a source.
with

sessions as (
    select
        session_id,
        visitor_id,
        landing_event_id
    from {{ ref('int_sessions_measured') }}
    {{ where_changed('visitor_id', ref('int_visitors_changed')) }}
),

events as (
    select
        event_id,
        terminal,
        page_type,
        page_id,
        region_id,
        user_agent
    from {{ ref('int_events') }}
    {{ where_changed('visitor_id', ref('int_visitors_changed')) }}
),

sources as (
    select
        session_id,
        campaign_id,
        utm_source,
        utm_medium,
        referrer_host
    from {{ ref('int_session_sources') }}
    where
        source_number = 1
        {{ where_changed('visitor_id', ref('int_visitors_changed'), 'and') }}
),

final as (
    select
        sessions.session_id,
        sessions.visitor_id,
        sources.campaign_id,
        events.region_id,
        events.terminal,
        events.page_type as landing_page_type,
        events.page_id as landing_page_id,
        sources.utm_source,
        sources.utm_medium,
        sources.referrer_host,
        events.user_agent
    from sessions
    inner join events on sessions.landing_event_id = events.event_id
    left join sources on sessions.session_id = sources.session_id
)

select * from final
