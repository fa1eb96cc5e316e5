-- Grain: period x piece of content. Counts and seconds add up over contents, and over months of a
-- quarter. Excludes bots.
with

views as (
    select * from {{ ref('int_content_views') }}
),

-- Shown in a list, and clicked there: on other pages than its own.
offers as (
    select
        events.content_id,
        sessionised.event_name,
        {{ business_date('sessionised.occurred_at') }} as business_date
    from {{ ref('int_events') }} as events
    inner join {{ ref('int_events_sessionised') }} as sessionised
        on events.event_id = sessionised.event_id
    inner join {{ ref('int_sessions') }} as sessions
        on sessionised.session_id = sessions.session_id
    where
        events.content_id is not null
        and events.event_name in ('impression', 'click')
        and not sessions.is_bot
),

daily as (
    select
        business_date,
        content_id,
        page_type,
        count(*) as view_count,
        count(*) filter (where is_followed) as followed_view_count,
        count(scroll_share) as scroll_known_count,
        count(*) filter (where scroll_share >= 0.5) as half_scrolled_count,
        0 as impression_count,
        0 as click_count,
        sum(dwell_seconds) as dwell_seconds,
        sum(dwell_seconds * dwell_seconds) as squared_seconds
    from views
    group by business_date, content_id, page_type
    union all
    select
        business_date,
        content_id,
        cast(null as string) as page_type,
        0 as view_count,
        0 as followed_view_count,
        0 as scroll_known_count,
        0 as half_scrolled_count,
        count(*) filter (where event_name = 'impression') as impression_count,
        count(*) filter (where event_name = 'click') as click_count,
        0 as dwell_seconds,
        0 as squared_seconds
    from offers
    group by business_date, content_id
),

final as (
    select
        periods.period,
        daily.content_id,
        coalesce(max(daily.page_type), 'unknown') as page_type,
        cast(sum(daily.impression_count) as bigint) as impression_count,
        cast(sum(daily.click_count) as bigint) as click_count,
        cast(sum(daily.view_count) as bigint) as view_count,
        cast(sum(daily.followed_view_count) as bigint) as followed_view_count,
        cast(sum(daily.scroll_known_count) as bigint) as scroll_known_count,
        cast(sum(daily.half_scrolled_count) as bigint) as half_scrolled_count,
        cast(sum(daily.dwell_seconds) as decimal(18, 3)) as dwell_seconds,
        cast(sum(daily.squared_seconds) as double) as squared_seconds
    from {{ ref('dim_periods') }} as periods
    inner join daily
        on
            periods.start_date <= daily.business_date
            and periods.end_date > daily.business_date
    group by periods.period, daily.content_id
)

select * from final
