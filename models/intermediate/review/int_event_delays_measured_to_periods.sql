-- Grain: period x quantile, in per cent: how long events took to arrive, within a bin as if its
-- delays lay evenly.
with

quantiles as (
    select
        listed.percentile,
        listed.quantile
    from (values (50, 0.5), (99, 0.99)) as listed (percentile, quantile)
),

binned as (
    select
        periods.period,
        delays.bin_start_ms,
        delays.bin_end_ms,
        cast(sum(delays.event_count) as double) as event_count
    from {{ ref('dim_periods') }} as periods
    inner join {{ ref('fct_event_delays_daily') }} as delays
        on
            periods.start_date <= delays.business_date
            and periods.end_date > delays.business_date
    group by periods.period, delays.bin_start_ms, delays.bin_end_ms
),

summed as (
    select
        *,
        sum(event_count) over (partition by period order by bin_start_ms) as summed_count,
        sum(event_count) over (partition by period) as all_count
    from binned
),

final as (
    select
        summed.period,
        quantiles.percentile,
        cast(summed.all_count as bigint) as event_count,
        (
            summed.bin_start_ms + (summed.bin_end_ms - summed.bin_start_ms)
            * (
                quantiles.quantile * summed.all_count - (summed.summed_count - summed.event_count)
            ) / summed.event_count
        ) / 1000 as delay_seconds
    from summed
    inner join quantiles
        on
            quantiles.quantile * summed.all_count > summed.summed_count - summed.event_count
            and quantiles.quantile * summed.all_count <= summed.summed_count
)

select * from final
