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
        scroll_share
    from {{ ref('int_events') }}
    where
        content_id is not null
        {{ where_changed('visitor_id', ref('int_visitors_changed'), 'and') }}
),

sessionised as (
    select
        event_id,
        session_id,
        visitor_id,
        event_name,
        event_number,
        engaged_seconds,
        occurred_at
    from {{ ref('int_events_sessionised') }}
    {{ where_changed('visitor_id', ref('int_visitors_changed')) }}
),

-- Only sessions with content are read again.
sessions as (
    select distinct sessionised.session_id
    from sessionised
    inner join contents on sessionised.event_id = contents.event_id
    inner join {{ ref('int_sessions') }} as sessions
        on sessionised.session_id = sessions.session_id
    where not sessions.is_bot
),

followed as (
    select
        sessionised.*,
        contents.content_id,
        contents.page_type,
        contents.scroll_share,
        -- The page that was open before the event: time until it belongs to that page.
        sum(
            case
                when
                    sessionised.event_name in (
                        'page_view', 'detail_view', 'content_view', 'view_cart'
                    )
                    then 1
                else 0
            end
        ) over (
            partition by sessionised.session_id order by sessionised.event_number
            rows between unbounded preceding and 1 preceding
        ) as open_page_number
    from sessionised
    inner join sessions on sessionised.session_id = sessions.session_id
    left join contents on sessionised.event_id = contents.event_id
),

pages as (
    select
        session_id,
        open_page_number,
        sum(engaged_seconds) as dwell_seconds,
        max(scroll_share) as scroll_share
    from followed
    where open_page_number > 0
    group by session_id, open_page_number
),

final as (
    select
        opened.event_id,
        opened.session_id,
        opened.visitor_id,
        opened.content_id,
        coalesce(opened.page_type, 'unknown') as page_type,
        {{ business_date('opened.occurred_at') }} as business_date,
        pages.session_id is not null as is_followed,
        pages.scroll_share,
        cast(coalesce(pages.dwell_seconds, 0) as decimal(18, 3)) as dwell_seconds
    from followed as opened
    left join pages
        on
            opened.session_id = pages.session_id
            and coalesce(opened.open_page_number, 0) + 1 = pages.open_page_number
    where opened.content_id is not null and opened.event_name in ('page_view', 'content_view')
)

select * from final
