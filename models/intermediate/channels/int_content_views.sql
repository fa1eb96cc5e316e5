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
        {{ where_changed('visitor_id', ref('int_visitors_changed'), 'and') }}
),

sessionised as (
    select
        event_id,
        session_id,
        event_name,
        event_number,
        engaged_seconds,
        occurred_at
    from {{ ref('int_events_sessionised') }}
    {{ where_changed('visitor_id', ref('int_visitors_changed')) }}
),

openings as (
    select
        sessionised.session_id,
        sessionised.event_number,
        sessionised.occurred_at,
        contents.event_id,
        contents.content_id,
        contents.page_type
    from contents
    inner join sessionised on contents.event_id = sessionised.event_id
    where contents.is_view
),

-- Only sessions with content are read again.
sessions as (
    select distinct
        sessions.session_id,
        sessions.visitor_id
    from openings
    inner join {{ ref('int_sessions') }} as sessions
        on openings.session_id = sessions.session_id
    where not sessions.is_bot
),

events as (
    select
        sessionised.session_id,
        sessionised.event_number,
        sessionised.engaged_seconds,
        contents.scroll_share,
        cast(
            sessionised.event_name in ('page_view', 'detail_view', 'content_view', 'view_cart')
            as integer
        ) as opening_count
    from sessionised
    inner join sessions on sessionised.session_id = sessions.session_id
    left join contents on sessionised.event_id = contents.event_id
),

-- The time until an event belongs to the page that was open before it.
followed as (
    select
        session_id,
        event_number,
        sum(opening_count) over (
            partition by session_id order by event_number
            rows between unbounded preceding and current row
        ) as page_number,
        lead(event_number) over (partition by session_id order by event_number) as next_number,
        lead(engaged_seconds) over (partition by session_id order by event_number) as next_seconds,
        lead(scroll_share) over (partition by session_id order by event_number) as next_scroll_share
    from events
),

-- Numbers alone: what is found of a group in texts cannot leave the memory.
pages as (
    select
        session_id,
        min(event_number) as event_number,
        count(next_number) > 0 as is_followed,
        max(next_scroll_share) as scroll_share,
        sum(next_seconds) as dwell_seconds
    from followed
    where page_number > 0
    group by session_id, page_number
),

final as (
    select
        openings.event_id,
        openings.session_id,
        sessions.visitor_id,
        openings.content_id,
        coalesce(openings.page_type, 'unknown') as page_type,
        {{ business_date('openings.occurred_at') }} as business_date,
        pages.is_followed,
        pages.scroll_share,
        cast(coalesce(pages.dwell_seconds, 0) as decimal(18, 3)) as dwell_seconds
    from openings
    inner join sessions on openings.session_id = sessions.session_id
    inner join pages
        on
            openings.session_id = pages.session_id
            and openings.event_number = pages.event_number
)

select * from final
