-- Grain: local day of the receipt x bin of the delay. A bin holds delays of the same first two
-- digits, so a quantile of any sum of rows is right to a tenth. Excludes clocks that are wrong.
-- noqa: LT05 stands where a line is short here and long once dbt has put its macro into it.
with

delays as (
    select
        {{ business_date('received_at') }} as business_date,
        {{ dbt.datediff('event_at', 'received_at', 'millisecond') }} as delay_ms  -- noqa: LT05
    from {{ ref('int_events') }}
    where
        event_at <= received_at
        and event_at >= {{ dbt.dateadd('day', -var('event_days_late_at_most'), 'received_at') }}
),

binned as (
    select
        business_date,
        {{ bin_start('delay_ms') }} as bin_start_ms,
        {{ bin_start('delay_ms') }} + {{ bin_width('delay_ms') }} as bin_end_ms
    from delays
),

final as (
    select
        business_date,
        bin_start_ms,
        bin_end_ms,
        count(*) as event_count
    from binned
    group by business_date, bin_start_ms, bin_end_ms
)

select * from final
