-- Grain: period x scope: events as they landed and arrived, and what the server knows of them.
with

delays as (
    select
        period,
        max(event_count) as timed_event_count,
        max(case when percentile = 50 then delay_seconds end) as event_delay_p50_seconds,
        max(case when percentile = 99 then delay_seconds end) as event_delay_p99_seconds
    from {{ ref('int_event_delays_measured_to_periods') }}
    group by period
),

summed as (
    select
        periods.period,
        sum(daily.landed_count) as landed_event_count,
        sum(daily.superseded_count) as superseded_event_count,
        sum(daily.quarantined_count) as quarantined_event_count,
        sum(daily.event_count) as event_count,
        sum(daily.complete_event_count) as complete_event_count,
        sum(daily.wrong_clock_event_count) as wrong_clock_event_count,
        sum(case when daily.event_name = 'submit_order' then daily.server_order_count else 0 end)
            as trackable_order_count,
        sum(case when daily.event_name = 'submit_order' then daily.untold_order_count else 0 end)
            as untold_order_count,
        sum(case when daily.event_name = 'pay' then daily.server_order_count else 0 end)
            as trackable_payment_count,
        sum(case when daily.event_name = 'pay' then daily.untold_order_count else 0 end)
            as untold_payment_count
    from {{ ref('dim_periods') }} as periods
    left join {{ ref('fct_tracking_quality_daily') }} as daily
        on
            periods.start_date <= daily.business_date
            and periods.end_date > daily.business_date
    group by periods.period
),

final as (
    select
        summed.period,
        'all' as scope,
        summed.landed_event_count,
        summed.superseded_event_count,
        summed.quarantined_event_count,
        summed.event_count,
        summed.complete_event_count,
        summed.wrong_clock_event_count,
        summed.trackable_order_count,
        summed.untold_order_count,
        summed.trackable_payment_count,
        summed.untold_payment_count,
        delays.timed_event_count,
        delays.event_delay_p50_seconds,
        delays.event_delay_p99_seconds
    from summed
    left join delays on summed.period = delays.period
)

select * from final
