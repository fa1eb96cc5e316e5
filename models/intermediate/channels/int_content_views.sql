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

-- Only sessions with content are read again.
sessions as (
    select distinct
        sessions.session_id,
        sessions.visitor_id
    from sessionised
    inner join contents on sessionised.event_id = contents.event_id
    inner join {{ ref('int_sessions') }} as sessions
        on sessionised.session_id = sessions.session_id
    where not sessions.is_bot
),

events as (
    select
        sessionised.session_id,
        sessionised.event_id,
        sessionised.event_number,
        sessionised.occurred_at,
        sessionised.engaged_seconds,
        contents.scroll_share,
        sessionised.event_name in ('page_view', 'detail_view', 'content_view', 'view_cart')
            as is_opening
    from sessionised
    inner join sessions on sessionised.session_id = sessions.session_id
    left join contents on sessionised.event_id = contents.event_id
),

-- The time until an event belongs to the page that was open before it.
followed as (
    select
        session_id,
        occurred_at,
        case when is_opening then event_id end as opening_event_id,
        sum(cast(is_opening as integer)) over (
            partition by session_id order by event_number
            rows between unbounded preceding and current row
        ) as page_number,
        lead(event_number) over (partition by session_id order by event_number) as next_number,
        lead(engaged_seconds) over (partition by session_id order by event_number) as next_seconds,
        lead(scroll_share) over (partition by session_id order by event_number) as next_scroll_share
    from events
),

pages as (
    select
        session_id,
        max(opening_event_id) as event_id,
        min(occurred_at) as opened_at,
        count(next_number) > 0 as is_followed,
        max(next_scroll_share) as scroll_share,
        sum(next_seconds) as dwell_seconds
    from followed
    where page_number > 0
    group by session_id, page_number
),

final as (
    select
        pages.event_id,
        pages.session_id,
        sessions.visitor_id,
        contents.content_id,
        coalesce(contents.page_type, 'unknown') as page_type,
        {{ business_date('pages.opened_at') }} as business_date,
        pages.is_followed,
        pages.scroll_share,
        cast(coalesce(pages.dwell_seconds, 0) as decimal(18, 3)) as dwell_seconds
    from pages
    inner join contents on pages.event_id = contents.event_id
    inner join sessions on pages.session_id = sessions.session_id
    where contents.is_view
)

select * from final
