-- Grain: period x source group: sessions that started in it, bots left out.
with

sources as (
    select
        channel_id,
        source_group
    from {{ ref('dim_channels') }}
),

daily as (
    select
        sessions.business_date,
        sources.source_group,
        count(*) as session_count,
        count(*) filter (where sessions.is_bounce) as bounce_count,
        count(*) filter (
            where sessions.engaged_seconds >= 10
            or sessions.page_view_count >= 2
            or sessions.pay_count > 0
        ) as engaged_session_count,
        count(*) filter (where sessions.begin_checkout_count > 0) as checkout_count,
        count(*) filter (where sessions.begin_checkout_count > 0 and sessions.pay_count > 0)
            as paid_checkout_count,
        sum(sessions.page_view_count) as page_view_count,
        sum(sessions.engaged_seconds) as engaged_seconds,
        -- Decimals until the end, because a sum of doubles depends on the order of rows.
        sum(sessions.engaged_seconds * sessions.engaged_seconds) as squared_seconds
    from {{ ref('fct_sessions') }} as sessions
    inner join sources on sessions.channel_id = sources.channel_id
    where not sessions.is_bot
    group by sessions.business_date, sources.source_group
),

groups as (
    select distinct source_group from sources
),

final as (
    select
        periods.period,
        groups.source_group,
        coalesce(sum(daily.session_count), 0) as session_count,
        coalesce(sum(daily.bounce_count), 0) as bounce_count,
        coalesce(sum(daily.engaged_session_count), 0) as engaged_session_count,
        coalesce(sum(daily.checkout_count), 0) as checkout_count,
        coalesce(sum(daily.paid_checkout_count), 0) as paid_checkout_count,
        coalesce(sum(daily.page_view_count), 0) as page_view_count,
        coalesce(sum(daily.engaged_seconds), 0) as engaged_seconds,
        cast(coalesce(sum(daily.squared_seconds), 0) as double) as squared_seconds
    from {{ ref('dim_periods') }} as periods
    cross join groups
    left join daily
        on
            periods.start_date <= daily.business_date
            and periods.end_date > daily.business_date
            and groups.source_group = daily.source_group
    group by periods.period, groups.source_group
)

select * from final
