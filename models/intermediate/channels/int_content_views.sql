{{ config(
    materialized='incremental',
    unique_key='visitor_id',
    meta={'changes': 'int_visitors_changed'},
) }}
-- Grain: view of a piece of content, by people. Its dwell is the engaged time up to the next page;
-- the last page of a session has nothing after it and counts what it reports itself.
with

contents as (
    select
        event_id,
        content_id,
        page_type,
        scroll_share,
        event_name in ('page_view', 'content_view') as is_view
    from {{ ref('int_events') }}
    where
        content_id is not null
        and (event_name in ('page_view', 'content_view') or scroll_share is not null)
        {{ where_changed('visitor_id', ref('int_visitors_changed'), 'and') }}
),

events as (
    select
        event_id,
        session_id,
        occurred_at,
        page_number,
        engaged_seconds
    from {{ ref('int_events_sessionised') }}
    {{ where_changed('visitor_id', ref('int_visitors_changed')) }}
),

placed as (
    select
        contents.*,
        events.session_id,
        events.occurred_at,
        events.page_number
    from contents
    inner join events on contents.event_id = events.event_id
),

views as (
    select
        placed.event_id,
        placed.session_id,
        sessions.visitor_id,
        placed.content_id,
        placed.page_type,
        placed.occurred_at,
        placed.page_number + 1 as page_number
    from placed
    inner join {{ ref('int_sessions') }} as sessions on placed.session_id = sessions.session_id
    where placed.is_view and not sessions.is_bot
),

-- Events find their page in a table of views alone: all of them in order would not fit any memory.
followed as (
    select
        views.event_id,
        sum(events.engaged_seconds) as dwell_seconds
    from events
    inner join views
        on
            events.session_id = views.session_id
            and events.page_number = views.page_number
    group by views.event_id
),

scrolled as (
    select
        session_id,
        page_number,
        max(scroll_share) as scroll_share
    from placed
    where scroll_share is not null
    group by session_id, page_number
),

final as (
    select
        views.event_id,
        views.session_id,
        views.visitor_id,
        views.content_id,
        coalesce(views.page_type, 'unknown') as page_type,
        {{ business_date('views.occurred_at') }} as business_date,
        followed.event_id is not null as is_followed,
        scrolled.scroll_share,
        cast(coalesce(followed.dwell_seconds, 0) as decimal(18, 3)) as dwell_seconds
    from views
    left join followed on views.event_id = followed.event_id
    left join scrolled
        on views.session_id = scrolled.session_id and views.page_number = scrolled.page_number
)

select * from final
