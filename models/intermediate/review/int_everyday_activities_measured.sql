-- Grain: period x days since an everyday activity, up to a fortnight: how many more persons came
-- than trend, weekday and holiday let expect. Later days count until the next promotion begins.
-- noqa: LT05 stands where a line is short here and long once dbt has put its macro into it.
with

days as (
    select
        business_date,
        last_everyday_date,
        promo_id,
        {{ dbt.datediff('last_everyday_date', 'business_date', 'day') }} as days_since,  -- noqa: LT05
        promotion_count + remainder_count as excess_count
    from {{ ref('fct_seasonality_daily') }}
    where measure = 'persons' and last_everyday_date is not null
),

followed as (
    select
        *,
        sum(case when days_since > 0 and promo_id is not null then 1 else 0 end) over (
            partition by last_everyday_date order by business_date
            rows between unbounded preceding and current row
        ) as promotion_day_count
    from days
    where days_since <= 13
),

final as (
    select
        periods.period,
        followed.days_since,
        count(*) as day_count,
        sum(followed.excess_count) as excess_count
    from {{ ref('dim_periods') }} as periods
    inner join followed
        on
            periods.start_date <= followed.last_everyday_date
            and periods.end_date > followed.last_everyday_date
    where followed.promotion_day_count = 0
    group by periods.period, followed.days_since
)

select * from final
