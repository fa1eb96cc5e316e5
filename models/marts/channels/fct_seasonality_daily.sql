-- Grain: measure x local day. Trend, weekly, holiday, promotion and remainder add up to what was
-- observed, exactly. Sessions add up over days, persons do not. Excludes bots.
with

days as (
    select * from {{ ref('int_traffic_trends') }}
),

-- A holiday does what its days without a promotion show; one that a promotion covers is part of it.
holidays as (
    select
        measure,
        holiday_id,
        avg(observed_count - trend - weekly) as effect
    from days
    where holiday_id is not null and promo_id is null
    group by measure, holiday_id
),

calm as (
    select
        days.*,
        coalesce(holidays.effect, 0) as holiday
    from days
    left join holidays
        on days.measure = holidays.measure and days.holiday_id = holidays.holiday_id
),

promotions as (
    select
        measure,
        promo_id,
        avg(observed_count - trend - weekly - holiday) as effect
    from calm
    where promo_id is not null
    group by measure, promo_id
),

parts as (
    select
        calm.measure,
        calm.business_date,
        calm.promo_id,
        calm.promo_size,
        calm.holiday_id,
        calm.is_ordinary,
        max(case when calm.promo_size = 'everyday' then calm.business_date end) over (
            partition by calm.measure order by calm.business_date
            rows between unbounded preceding and current row
        ) as last_everyday_date,
        cast(calm.observed_count as bigint) as observed_count,
        {{ to_decimal('calm.trend', 6) }} as trend_count,
        {{ to_decimal('calm.weekly', 6) }} as weekly_count,
        {{ to_decimal('calm.holiday', 6) }} as holiday_count,
        {{ to_decimal('coalesce(promotions.effect, 0)', 6) }} as promotion_count
    from calm
    left join promotions
        on calm.measure = promotions.measure and calm.promo_id = promotions.promo_id
),

final as (
    select
        *,
        cast(
            observed_count - trend_count - weekly_count - holiday_count - promotion_count
            as decimal(18, 6)
        ) as remainder_count
    from parts
)

select * from final
