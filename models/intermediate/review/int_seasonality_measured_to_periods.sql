-- Grain: period x measure: its days, the parts of its traffic, and its highest week in a promotion.
-- A week is seven days in a row of one promotion, all of them in the period.
-- noqa: LT05 stands where a line is short here and long once dbt has put its macro into it.
with

days as (
    select * from {{ ref('fct_seasonality_daily') }}
),

weeks as (
    select
        measure,
        business_date as last_date,
        min(business_date) over (
            partition by measure, promo_id order by business_date
            rows between 6 preceding and current row
        ) as first_date,
        avg(cast(observed_count as double)) over (
            partition by measure, promo_id order by business_date
            rows between 6 preceding and current row
        ) as week_mean
    from days
    where promo_id is not null and promo_size != 'everyday'
),

peaks as (
    select
        periods.period,
        weeks.measure,
        max(weeks.week_mean) as peak_mean
    from {{ ref('dim_periods') }} as periods
    inner join weeks
        on periods.start_date <= weeks.first_date and periods.end_date > weeks.last_date
    where {{ dbt.datediff('weeks.first_date', 'weeks.last_date', 'day') }} = 6  -- noqa: LT05
    group by periods.period, weeks.measure
),

measured as (
    select
        periods.period,
        days.measure,
        count(*) as day_count,
        count(*) filter (where days.promo_id is null) as calm_day_count,
        count(*) filter (where days.is_ordinary) as ordinary_day_count,
        sum(days.observed_count) as observed_count,
        sum(days.holiday_count) as holiday_count,
        sum(days.promotion_count) as promotion_count,
        sum(days.trend_count) as trend_count,
        max(days.weekly_count) - min(days.weekly_count) as weekly_swing_count,
        sum(case when days.promo_id is null then days.observed_count end) as calm_count,
        -- Whole numbers until the end, because a sum of doubles depends on the order of rows.
        sum(case when days.promo_id is null then days.observed_count * days.observed_count end)
            as calm_squares,
        median(cast(case when days.promo_id is null then days.observed_count end as double))
            as calm_median,
        stddev_samp(
            cast(case when days.is_ordinary then days.remainder_count end as double)
        ) as remainder_deviation
    from {{ ref('dim_periods') }} as periods
    inner join days
        on periods.start_date <= days.business_date and periods.end_date > days.business_date
    group by periods.period, days.measure
),

final as (
    select
        measured.*,
        peaks.peak_mean
    from measured
    left join peaks
        on measured.period = peaks.period and measured.measure = peaks.measure
)

select * from final
