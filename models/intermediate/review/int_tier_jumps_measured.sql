-- Grain: period x tier: active days at the spending that the tier asks for, by the straight lines
-- (least squares) through members below it and from it on, with the squared errors of both.
with

sides as (
    select
        *,
        person_count * squared_distance_sum - distance_sum * distance_sum as spread
    from {{ ref('fct_tier_eligibility') }}
),

lines as (
    select
        *,
        (person_count * distance_by_active_day_sum - distance_sum * active_day_count)
        / nullif(spread, 0) as slope
    from sides
),

limits as (
    select
        *,
        (active_day_count - slope * distance_sum) / person_count as limit_days
    from lines
),

measured as (
    select
        *,
        greatest(
            squared_active_day_count - limit_days * active_day_count
            - slope * distance_by_active_day_sum, 0
        ) / nullif(person_count - 2, 0) * squared_distance_sum / nullif(spread, 0) as squared_error
    from limits
),

final as (
    select
        below.period,
        below.tier,
        below.person_count as below_count,
        eligible.person_count as eligible_count,
        below.limit_days as below_days,
        eligible.limit_days as eligible_days,
        below.squared_error as below_squared_error,
        eligible.squared_error as eligible_squared_error
    from measured as below
    inner join measured as eligible
        on below.period = eligible.period and below.tier = eligible.tier
    where eligible.is_eligible and not below.is_eligible
)

select * from final
