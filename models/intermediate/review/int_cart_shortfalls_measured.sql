-- Grain: period x scope: carts that lack little to free shipping, those that were told so and the
-- others (`prompted`, `unprompted`).
with

near as (
    select
        business_date,
        is_mature,
        is_mature and is_topped_up as is_topped_up,
        case when is_prompted then 'prompted' else 'unprompted' end as scope
    from {{ ref('fct_cart_shortfalls') }}
    where is_near
),

final as (
    select
        periods.period,
        near.scope,
        sum(case when near.is_mature then 1 else 0 end) as mature_near_cart_count,
        sum(case when near.is_mature then 0 else 1 end) as young_near_cart_count,
        sum(case when near.is_topped_up then 1 else 0 end) as topped_up_cart_count
    from {{ ref('dim_periods') }} as periods
    inner join near
        on periods.start_date <= near.business_date and periods.end_date > near.business_date
    group by periods.period, near.scope
)

select * from final
