-- Grain: period x outcome x band of load time, 0 for slow pages against fast ones. Rates of bands
-- are standardised to the sources and devices of all bands, as far as the band has them; the
-- difference is that of Mantel and Haenszel, its variance that of Greenland and Robins (1985).
with

strata as (
    select
        periods.period,
        outcomes.outcome,
        outcomes.source_group,
        outcomes.device,
        outcomes.load_band_number,
        outcomes.is_slow,
        cast(sum(outcomes.session_count) as double) as session_count,
        cast(sum(outcomes.outcome_count) as double) as outcome_count
    from {{ ref('dim_periods') }} as periods
    inner join {{ ref('fct_page_speed_outcomes') }} as outcomes
        on
            periods.start_date <= outcomes.business_date
            and periods.end_date > outcomes.business_date
    group by
        periods.period, outcomes.outcome, outcomes.source_group, outcomes.device,
        outcomes.load_band_number, outcomes.is_slow
),

weighted as (
    select
        *,
        sum(session_count) over (partition by period, outcome, source_group, device) as weight,
        sum(session_count) over (partition by period, outcome) as all_weight
    from strata
),

bands as (
    select
        period,
        outcome,
        load_band_number,
        sum(session_count) as session_count,
        sum(outcome_count) as outcome_count,
        -- Decimals until the end, because a sum of doubles depends on the order of rows.
        cast(sum({{ to_decimal('weight * outcome_count / session_count', 6) }}) as double)
        / sum(weight) as adjusted_value,
        -- Half a session with and half without, so that few sessions of one kind are not certain.
        sqrt(sum({{ to_decimal(
            'weight / all_weight * weight / all_weight * (outcome_count + 0.5)'
            ~ ' * (session_count - outcome_count + 0.5)'
            ~ ' / ((session_count + 1) * (session_count + 1) * session_count)', 12
        ) }})) * max(all_weight) / sum(weight) as adjusted_error
    from weighted
    group by period, outcome, load_band_number
),

sides as (
    select
        period,
        outcome,
        source_group,
        device,
        sum(case when is_slow then session_count else 0 end) as slow_count,
        sum(case when is_slow then outcome_count else 0 end) as slow_outcome_count,
        sum(case when is_slow then 0 else session_count end) as fast_count,
        sum(case when is_slow then 0 else outcome_count end) as fast_outcome_count
    from strata
    group by period, outcome, source_group, device
),

-- A stratum without slow pages, or without fast ones, compares nothing.
compared as (
    select
        *,
        {{ to_decimal('slow_count * fast_count / (slow_count + fast_count)', 6) }} as weight,
        {{ to_decimal(
            '(slow_outcome_count * fast_count - fast_outcome_count * slow_count)'
            ~ ' / (slow_count + fast_count)', 6
        ) }} as difference,
        {{ to_decimal(
            '(slow_outcome_count * (slow_count - slow_outcome_count)'
            ~ ' * fast_count * fast_count * fast_count'
            ~ ' + fast_outcome_count * (fast_count - fast_outcome_count)'
            ~ ' * slow_count * slow_count * slow_count)'
            ~ ' / (slow_count * fast_count)'
            ~ ' / ((slow_count + fast_count) * (slow_count + fast_count))',
            6
        ) }} as variance
    from sides
    where slow_count > 0 and fast_count > 0
),

final as (
    select
        period,
        outcome,
        load_band_number,
        session_count,
        outcome_count,
        adjusted_value,
        adjusted_error
    from bands
    union all
    select
        period,
        outcome,
        0 as load_band_number,
        sum(slow_count + fast_count) as session_count,
        sum(slow_outcome_count + fast_outcome_count) as outcome_count,
        cast(sum(difference) as double) / cast(sum(weight) as double) as adjusted_value,
        sqrt(cast(sum(variance) as double)) / cast(sum(weight) as double) as adjusted_error
    from compared
    group by period, outcome
)

select * from final
