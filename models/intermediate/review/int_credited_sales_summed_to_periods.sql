-- Grain: period. Paid value whose channel is known, and that of social commerce.
with

channels as (
    select
        channel_id,
        is_social_commerce
    from {{ ref('dim_channels') }}
),

daily as (
    select
        orders.paid_date,
        sum(orders.gmv_paid_amount) as known_channel_amount,
        sum(case when channels.is_social_commerce then orders.gmv_paid_amount else 0 end)
            as social_amount
    from {{ ref('fct_orders') }} as orders
    inner join channels on orders.attributed_channel_id = channels.channel_id
    where orders.paid_date is not null and orders.attributed_channel_id != 'unknown'
    group by orders.paid_date
),

final as (
    select
        periods.period,
        periods.year_ago_period,
        periods.is_complete,
        coalesce(sum(daily.known_channel_amount), 0) as known_channel_amount,
        coalesce(sum(daily.social_amount), 0) as social_amount
    from {{ ref('dim_periods') }} as periods
    left join daily
        on periods.start_date <= daily.paid_date and periods.end_date > daily.paid_date
    group by periods.period, periods.year_ago_period, periods.is_complete
)

select * from final
