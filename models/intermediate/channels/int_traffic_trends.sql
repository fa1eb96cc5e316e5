-- Grain: measure x local day. The classical additive decomposition of ordinary days: the weekday
-- is the mean distance from the centred mean of seven ordinary days, the trend the centred mean of
-- what is left. On other days the trend is the straight line between the ordinary days around
-- them.
with

days as (
    select * from {{ ref('int_traffic_days') }}
),

centred as (
    select
        *,
        avg(cast(observed_count as double)) over (
            partition by measure order by business_date
            rows between 3 preceding and 3 following
        ) as week_mean,
        sum(case when is_ordinary then 1 else 0 end) over (
            partition by measure order by business_date
            rows between 3 preceding and 3 following
        ) as week_ordinary_count
    from days
),

weekdays as (
    select
        measure,
        iso_weekday,
        avg(observed_count - week_mean) as distance
    from centred
    where week_ordinary_count = 7
    group by measure, iso_weekday
),

-- Weekdays add up to nothing over a week. A history without a mean for each of them tells none.
weekly as (
    select
        measure,
        iso_weekday,
        case
            when count(*) over (partition by measure) = 7
                then distance - avg(distance) over (partition by measure)
            else 0
        end as weekly
    from weekdays
),

adjusted as (
    select
        days.*,
        coalesce(weekly.weekly, 0) as weekly,
        avg(case when days.is_ordinary then days.observed_count - coalesce(weekly.weekly, 0) end)
            over (
                partition by days.measure order by days.business_date
                rows between 3 preceding and 3 following
            ) as near_mean,
        avg(cast(days.observed_count as double)) over (partition by days.measure) as all_mean,
        max(case when days.is_ordinary then days.business_date end) over (
            partition by days.measure order by days.business_date
            rows between unbounded preceding and current row
        ) as earlier_date,
        min(case when days.is_ordinary then days.business_date end) over (
            partition by days.measure order by days.business_date
            rows between current row and unbounded following
        ) as later_date
    from days
    left join weekly
        on days.measure = weekly.measure and days.iso_weekday = weekly.iso_weekday
),

anchors as (
    select
        measure,
        business_date,
        near_mean
    from adjusted
    where is_ordinary
),

final as (
    select
        adjusted.measure,
        adjusted.business_date,
        adjusted.promo_id,
        adjusted.promo_size,
        adjusted.holiday_id,
        adjusted.is_ordinary,
        adjusted.observed_count,
        case
            when earlier.near_mean is null and later.near_mean is null then adjusted.all_mean
            when earlier.near_mean is null then later.near_mean
            when later.near_mean is null or adjusted.is_ordinary then earlier.near_mean
            else
                earlier.near_mean + (later.near_mean - earlier.near_mean)
                * cast({{ dbt.datediff(
                    'adjusted.earlier_date', 'adjusted.business_date', 'day'
                ) }} as double)
                / {{ dbt.datediff('adjusted.earlier_date', 'adjusted.later_date', 'day') }}
        end as trend,
        adjusted.weekly
    from adjusted
    left join anchors as earlier
        on
            adjusted.measure = earlier.measure
            and adjusted.earlier_date = earlier.business_date
    left join anchors as later
        on adjusted.measure = later.measure and adjusted.later_date = later.business_date
)

select * from final
