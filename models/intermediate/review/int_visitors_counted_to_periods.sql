-- Grain: period x source group, and `all`: persons who visited, bots left out. A person of several
-- sources counts in each, so groups do not add up.
with

sources as (
    select
        channel_id,
        source_group
    from {{ ref('dim_channels') }}
),

visited as (
    select
        periods.period,
        sources.source_group,
        sessions.person_id,
        sum(sessions.click_count) as click_count,
        count(distinct sessions.business_date) as day_count
    from {{ ref('dim_periods') }} as periods
    inner join {{ ref('fct_sessions') }} as sessions
        on
            periods.start_date <= sessions.business_date
            and periods.end_date > sessions.business_date
    inner join sources on sessions.channel_id = sources.channel_id
    where not sessions.is_bot
    group by periods.period, sources.source_group, sessions.person_id
),

-- Days of persons, whatever their sources.
person_days as (
    select
        business_date,
        count(distinct person_id) as person_count
    from {{ ref('fct_sessions') }}
    where not is_bot
    group by business_date
),

of_period as (
    select
        period,
        person_id,
        sum(click_count) as click_count
    from visited
    group by period, person_id
),

days_of_period as (
    select
        periods.period,
        sum(person_days.person_count) as person_day_count
    from {{ ref('dim_periods') }} as periods
    inner join person_days
        on
            periods.start_date <= person_days.business_date
            and periods.end_date > person_days.business_date
    group by periods.period
),

final as (
    select
        period,
        source_group,
        count(*) as visitor_count,
        count(*) filter (where click_count = 0) as clickless_visitor_count,
        sum(day_count) as visitor_day_count
    from visited
    group by period, source_group
    union all
    select
        of_period.period,
        'all' as source_group,
        count(*) as visitor_count,
        count(*) filter (where of_period.click_count = 0) as clickless_visitor_count,
        max(days_of_period.person_day_count) as visitor_day_count
    from of_period
    inner join days_of_period on of_period.period = days_of_period.period
    group by of_period.period
)

select * from final
