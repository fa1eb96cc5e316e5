-- Grain: period x scope: conversations with service, and how they were rated.
with

final as (
    select
        periods.period,
        'all' as scope,
        sum(daily.conversation_count) as conversation_count,
        sum(daily.rated_count) as rated_conversation_count,
        sum(daily.satisfied_count) as satisfied_conversation_count
    from {{ ref('dim_periods') }} as periods
    left join {{ ref('fct_service_daily') }} as daily
        on periods.start_date <= daily.business_date and periods.end_date > daily.business_date
    group by periods.period
)

select * from final
