-- Grain: question x period x scope, of the question how good tracking is.
with

periods as (
    select
        period,
        start_date,
        end_date,
        is_complete
    from {{ ref('dim_periods') }}
),

quality as (
    select
        periods.period,
        periods.is_complete,
        coalesce(sum(daily.landed_count), 0) as landed_count,
        coalesce(sum(daily.superseded_count), 0) as superseded_count,
        coalesce(sum(daily.quarantined_count), 0) as quarantined_count,
        coalesce(sum(daily.event_count), 0) as event_count,
        coalesce(sum(daily.complete_event_count), 0) as complete_count,
        coalesce(sum(daily.wrong_clock_event_count), 0) as wrong_clock_count,
        coalesce(sum(
            case when daily.event_name = 'submit_order' then daily.server_order_count end
        ), 0)
            as placed_count,
        coalesce(sum(
            case when daily.event_name = 'submit_order' then daily.untold_order_count end
        ), 0)
            as untold_placed_count,
        coalesce(sum(
            case when daily.event_name = 'pay' then daily.server_order_count end
        ), 0)
            as paid_count,
        coalesce(sum(
            case when daily.event_name = 'pay' then daily.untold_order_count end
        ), 0)
            as untold_paid_count
    from periods
    left join {{ ref('fct_tracking_quality_daily') }} as daily
        on
            periods.start_date <= daily.business_date
            and periods.end_date > daily.business_date
    group by periods.period, periods.is_complete
),

shares as (
    select
        period,
        is_complete,
        'complete' as scope,
        complete_count as part_count,
        event_count as all_count,
        'no event of the period is known' as nothing_known
    from quality
    union all
    select
        period,
        is_complete,
        'wrong_clock' as scope,
        wrong_clock_count as part_count,
        event_count as all_count,
        'no event of the period is known' as nothing_known
    from quality
    union all
    select
        period,
        is_complete,
        'received_again' as scope,
        superseded_count as part_count,
        landed_count as all_count,
        'no event of the period has landed' as nothing_known
    from quality
    union all
    select
        period,
        is_complete,
        'quarantined' as scope,
        quarantined_count as part_count,
        landed_count as all_count,
        'no event of the period has landed' as nothing_known
    from quality
    union all
    select
        period,
        is_complete,
        'untold_orders' as scope,
        untold_placed_count as part_count,
        placed_count as all_count,
        'no order of the period is known that was to be tracked' as nothing_known
    from quality
    union all
    select
        period,
        is_complete,
        'untold_payments' as scope,
        untold_paid_count as part_count,
        paid_count as all_count,
        'no payment of the period is known that was to be tracked' as nothing_known
    from quality
),

judged as (
    select
        *,
        case when all_count = 0 then nothing_known end as missing
    from shares
),

percentiles as (
    select listed.percentile
    from (values (50), (99)) as listed (percentile)
),

delays as (
    select
        periods.period,
        periods.is_complete,
        concat('delay_p', percentiles.percentile) as scope,
        measured.event_count,
        measured.delay_seconds,
        case
            when measured.delay_seconds is null then 'no event of the period has a clock to believe'
        end as missing
    from periods
    cross join percentiles
    left join {{ ref('int_event_delays_measured_to_periods') }} as measured
        on
            periods.period = measured.period
            and percentiles.percentile = measured.percentile
),

final as (
    select
        {{ answer(
            'K150', scope='scope', unit='share', value=ratio('part_count', 'all_count'),
            numerator='part_count', denominator='all_count', n='all_count',
            ci_low=wilson_bound('part_count', 'all_count', 'lower'),
            ci_high=wilson_bound('part_count', 'all_count', 'upper'), missing='missing'
        ) }}
    from judged
    union all
    select
        {{ answer(
            'K150', scope='scope', unit='seconds', value='delay_seconds', n='event_count',
            missing='missing', note="'Right to a tenth, the width of a bin.'"
        ) }}
    from delays
)

{{ answered('final') }}
