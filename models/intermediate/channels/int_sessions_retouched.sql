{{ config(
    materialized='incremental',
    unique_key='visitor_id',
    meta={'changes': 'int_visitors_changed'},
) }}
-- Grain: session that a channel reached again after its start. Clicks are told by the tracking and
-- by the touches, seconds apart, so the two are not added: the fuller record counts.
with

sources as (
    select
        session_id,
        visitor_id
    from {{ ref('int_session_sources') }}
    where
        source_number > 1
        {{ where_changed('visitor_id', ref('int_visitors_changed'), 'and') }}
),

touches as (
    select
        visitor_id,
        touched_at
    from {{ ref('int_touches') }}
    -- Only these bring somebody in; an advertisement seen or a message received does not.
    where
        touch_type in ('visit', 'click')
        {{ where_changed('visitor_id', ref('int_visitors_changed'), 'and') }}
),

sessions as (
    select
        session_id,
        visitor_id,
        started_at,
        ended_at
    from {{ ref('int_sessions_measured') }}
    {{ where_changed('visitor_id', ref('int_visitors_changed')) }}
),

counted as (
    select
        session_id,
        visitor_id,
        count(*) as touch_count
    from sources
    group by session_id, visitor_id
    union all
    select
        sessions.session_id,
        sessions.visitor_id,
        count(*) as touch_count
    from touches
    inner join sessions
        on
            touches.visitor_id = sessions.visitor_id
            and touches.touched_at > sessions.started_at
            and touches.touched_at <= sessions.ended_at
    group by sessions.session_id, sessions.visitor_id
),

final as (
    select
        session_id,
        visitor_id,
        max(touch_count) as extra_touch_count
    from counted
    group by session_id, visitor_id
)

select * from final
