{{ config(
    materialized='incremental',
    unique_key='visitor_id',
    meta={'changes': 'int_visitors_changed'},
) }}
-- Grain: event of a session that says where the visitor comes from, numbered within the session.
with

events as (
    select
        event_id,
        campaign_id,
        {{ traffic_word('utm_source') }} as utm_source,
        {{ traffic_word('utm_medium') }} as utm_medium,
        referrer_host
    from {{ ref('int_events') }}
    {{ where_changed('visitor_id', ref('int_visitors_changed')) }}
),

sessionised as (
    select
        event_id,
        session_id,
        visitor_id,
        occurred_at,
        event_number
    from {{ ref('int_events_sessionised') }}
    {{ where_changed('visitor_id', ref('int_visitors_changed')) }}
),

final as (
    select
        events.event_id,
        sessionised.session_id,
        sessionised.visitor_id,
        events.campaign_id,
        sessionised.occurred_at,
        events.utm_source,
        events.utm_medium,
        events.referrer_host,
        row_number() over (
            partition by sessionised.session_id order by sessionised.event_number
        ) as source_number
    from events
    inner join sessionised on events.event_id = sessionised.event_id
    where
        coalesce(
            events.campaign_id, events.utm_source, events.utm_medium, events.referrer_host
        ) is not null
)

select * from final
