-- Grain: period x scope: what contents attract, of all of them, and of the five that hold people
-- longest and shortest against all of their kind of page (`content_`).
with

contents as (
    select
        *,
        sum(dwell_seconds) over (partition by period, page_type) as page_type_dwell_seconds,
        sum(followed_view_count) over (partition by period, page_type)
            as page_type_followed_view_count
    from {{ ref('fct_content_engagement') }}
),

compared as (
    select
        *,
        {{ ratio('dwell_seconds', 'followed_view_count') }}
        - {{ ratio('page_type_dwell_seconds', 'page_type_followed_view_count') }}
            as dwell_difference
    from contents
    where followed_view_count >= {{ var('content_views') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by period order by dwell_difference desc, content_id asc
        ) as place,
        row_number() over (
            partition by period order by dwell_difference asc, content_id asc
        ) as place_from_below
    from compared
),

summed as (
    select
        periods.period,
        sum(contents.impression_count) as impression_count,
        sum(contents.click_count) as click_count,
        sum(contents.scroll_known_count) as scroll_known_count,
        sum(contents.half_scrolled_count) as half_scrolled_count,
        sum(contents.followed_view_count) as followed_view_count,
        sum(contents.dwell_seconds) as dwell_seconds
    from {{ ref('dim_periods') }} as periods
    left join contents on periods.period = contents.period
    group by periods.period
),

final as (
    select
        period,
        'all' as scope,
        -- More clicks than impressions say that impressions are not told.
        case when click_count <= impression_count then impression_count end
            as content_impression_count,
        click_count as content_click_count,
        scroll_known_count as scroll_known_view_count,
        half_scrolled_count as half_scrolled_view_count,
        followed_view_count,
        dwell_seconds,
        cast(null as double) as squared_dwell_seconds,
        cast(null as bigint) as page_type_followed_view_count,
        cast(null as double) as page_type_dwell_seconds
    from summed
    union all
    select
        period,
        concat('content_', content_id) as scope,
        impression_count as content_impression_count,
        click_count as content_click_count,
        scroll_known_count as scroll_known_view_count,
        half_scrolled_count as half_scrolled_view_count,
        followed_view_count,
        dwell_seconds,
        squared_seconds as squared_dwell_seconds,
        page_type_followed_view_count,
        page_type_dwell_seconds
    from ranked
    where place <= 5 or place_from_below <= 5
)

select * from final
