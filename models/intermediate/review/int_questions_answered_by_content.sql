-- Grain: question x period x scope, of the question what content attracts: all of it, and the five
-- pieces that hold people longest and shortest against all of their kind of page.
with

periods as (
    select
        period,
        is_complete
    from {{ ref('dim_periods') }}
),

contents as (
    select
        *,
        cast(dwell_seconds as double) / nullif(followed_view_count, 0) as dwell_mean,
        cast(sum(dwell_seconds) over (partition by period, page_type) as double)
        / nullif(sum(followed_view_count) over (partition by period, page_type), 0)
            as page_type_mean
    from {{ ref('fct_content_engagement') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by period order by dwell_mean - page_type_mean desc, content_id asc
        ) as place,
        row_number() over (
            partition by period order by dwell_mean - page_type_mean asc, content_id asc
        ) as place_from_below
    from contents
    where followed_view_count >= {{ var('content_views') }}
),

summed as (
    select
        periods.period,
        periods.is_complete,
        sum(contents.impression_count) as impression_count,
        sum(contents.click_count) as click_count,
        sum(contents.scroll_known_count) as scroll_known_count,
        sum(contents.half_scrolled_count) as half_scrolled_count,
        sum(contents.followed_view_count) as followed_view_count,
        cast(sum(contents.dwell_seconds) as double) as dwell_seconds
    from periods
    left join contents on periods.period = contents.period
    group by periods.period, periods.is_complete
),

judged as (
    select
        *,
        case
            when coalesce(impression_count, 0) = 0 then 'no impression of content is tracked'
            when click_count > impression_count
                then 'more clicks on content are tracked than impressions'
        end as missing_impression,
        case when coalesce(scroll_known_count, 0) = 0 then 'no scrolling of content is tracked' end
            as missing_scroll,
        case when coalesce(followed_view_count, 0) = 0 then 'no view of content has a known end' end
            as missing_dwell
    from summed
),

dwelt as (
    select
        periods.period,
        periods.is_complete,
        concat('dwell_', ranked.content_id) as scope,
        ranked.followed_view_count,
        cast(ranked.dwell_seconds as double) as dwell_seconds,
        ranked.page_type_mean,
        -- Half of the 95% interval of the mean.
        1.959963984540054 * sqrt(
            greatest(
                ranked.squared_seconds
                - cast(ranked.dwell_seconds as double) * ranked.dwell_mean,
                0
            ) / nullif(ranked.followed_view_count - 1, 0) / ranked.followed_view_count
        ) as mean_error
    from periods
    inner join ranked on periods.period = ranked.period
    where ranked.place <= 5 or ranked.place_from_below <= 5
),

final as (
    select
        {{ answer(
            'K040', scope="'click_through'", unit='share',
            value=ratio('click_count', 'impression_count'),
            numerator='click_count', denominator='impression_count', n='impression_count',
            ci_low=wilson_bound('click_count', 'impression_count', 'lower'),
            ci_high=wilson_bound('click_count', 'impression_count', 'upper'),
            missing='missing_impression'
        ) }}
    from judged
    union all
    select
        {{ answer(
            'K040', scope="'half_scrolled'", unit='share',
            value=ratio('half_scrolled_count', 'scroll_known_count'),
            numerator='half_scrolled_count', denominator='scroll_known_count',
            n='scroll_known_count',
            ci_low=wilson_bound('half_scrolled_count', 'scroll_known_count', 'lower'),
            ci_high=wilson_bound('half_scrolled_count', 'scroll_known_count', 'upper'),
            missing='missing_scroll'
        ) }}
    from judged
    union all
    select
        {{ answer(
            'K040', scope="'dwell'", unit='seconds',
            value=ratio('dwell_seconds', 'followed_view_count'),
            numerator='dwell_seconds', denominator='followed_view_count', n='followed_view_count',
            missing='missing_dwell', note="'Of views that something follows in their session.'"
        ) }}
    from judged
    union all
    select
        {{ answer(
            'K040', scope='scope', unit='seconds',
            value=ratio('dwell_seconds', 'followed_view_count'),
            numerator='dwell_seconds', denominator='followed_view_count', n='followed_view_count',
            ci_low=ratio('dwell_seconds', 'followed_view_count') ~ ' - mean_error',
            ci_high=ratio('dwell_seconds', 'followed_view_count') ~ ' + mean_error',
            comparison="'page_type'", comparison_value='page_type_mean'
        ) }}
    from dwelt
)

{{ answered('final') }}
