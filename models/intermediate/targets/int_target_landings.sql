-- Grain: measure x scope x target period x month of it that has begun. What was reached by the end
-- of the month (or as_of), and where the target period will land.
-- The forecast is the ratio estimator (Royall 1970, Biometrika 57): each month is the same month a
-- year before times one ratio, with a variance in proportion to that month. So the rest of the
-- period is the rest of last year's times the growth so far, and the interval comes from how far
-- the months so far stray from one ratio. It knows neither moved festivals nor changes of course.
-- noqa: LT05 stands where a line is short here and long once dbt has put its macro into it.
with

months as (
    select
        *,
        base_value > 0 as has_base,
        {{ dbt.datediff('month_start_date', 'counted_until_date', 'day') }}  -- noqa: LT05
        / cast({{ dbt.datediff('month_start_date', 'month_end_date', 'day') }} as double)  -- noqa: LT05
            as counted_share,
        cast(actual_value as double) as actual,
        cast(base_value as double) as base,
        cast(sum(whole_base_value) over (
            partition by metric_id, scope_type, scope_id, starts_date, ends_date
        ) as double) as whole_base
    from {{ ref('int_target_months') }}
),

cumulated as (
    select
        *,
        sum(actual_value) over to_date as reached_value,
        sum(unvalued_count) over to_date as unvalued_to_date_count,
        count(*) over to_date as month_count,
        bool_and(has_base) over to_date as has_bases,
        sum(actual) over to_date as actual_sum,
        sum(base) over to_date as base_sum,
        sum(case when has_base then actual * actual / nullif(base, 0) end) over to_date
            as square_sum,
        sum(counted_share) over to_date as elapsed_months,
        count(*) over (
            partition by metric_id, scope_type, scope_id, starts_date, ends_date
        ) as all_month_count
    from months
    window to_date as (
        partition by metric_id, scope_type, scope_id, starts_date, ends_date
        order by month_start_date
        rows between unbounded preceding and current row
    )
),

fitted as (
    select
        *,
        counted_until_date >= ends_date as is_over,
        counted_until_date = max(counted_until_date) over (
            partition by metric_id, scope_type, scope_id, starts_date, ends_date
        ) as is_latest,
        case when base_sum > 0 then actual_sum / nullif(base_sum, 0) end as growth,
        greatest(whole_base - base_sum, 0) as remaining_base,
        -- Rounding may leave a hair below zero where every month grew alike.
        greatest(square_sum - actual_sum * actual_sum / nullif(base_sum, 0), 0)
        / nullif(month_count - 1, 0) as variance
    from cumulated
    where month_start_date < counted_until_date
),

forecast as (
    select
        *,
        actual_sum + case when is_over then 0 else growth * remaining_base end as landing,
        case
            when is_over then 0
            else {{ student_t_quantile('(month_count - 1)') }} * sqrt(
                variance * remaining_base * (1 + remaining_base / nullif(base_sum, 0))
            )
        end as margin,
        case
            when is_over then null
            when not has_history then 'it takes a year of history to forecast the rest'
            when month_count < 3 then 'it takes three months to forecast the rest'
            when not has_bases then 'a month of the year before has nothing to compare with'
        end as landing_fault
    from fitted
),

final as (
    select
        metric_id,
        scope_type,
        scope_id,
        starts_date,
        ends_date,
        month_start_date,
        month_end_date,
        counted_until_date,
        is_latest,
        month_count,
        elapsed_months / all_month_count as elapsed_share,
        cast(reached_value as decimal(18, 4)) as reached_value,
        unvalued_to_date_count as unvalued_count,
        case when landing_fault is null then landing end as landing_value,
        -- What cannot be given back is not lost again.
        case
            when landing_fault is not null then null
            when metric_id in ('gmv_placed', 'gmv_paid', 'new_registrations')
                then greatest(landing - margin, actual_sum)
            else landing - margin
        end as landing_low_value,
        case when landing_fault is null then landing + margin end as landing_high_value,
        landing_fault
    from forecast
)

select * from final
