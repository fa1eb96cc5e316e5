-- Grain: measure x scope x target period x period of the review within it, as known when that
-- period ended. Values of one measure, target period and period add up over the scopes of one type,
-- never over types or periods: reached_value holds all since the target began.
-- noqa: LT05 stands where a line is short here and long once dbt has put its macro into it.
with

periods as (
    select
        period,
        start_date,
        end_date,
        is_complete
    from {{ ref('dim_periods') }}
),

versions as (
    select * from {{ ref('int_targets_versioned') }}
),

scopes as (
    select distinct
        metric_id,
        scope_type,
        scope_id,
        starts_date,
        ends_date
    from versions
),

months as (
    select * from {{ ref('int_target_landings') }}
),

phasing as (
    select * from {{ ref('int_target_phasing') }}
),

known_metrics as (
    select distinct
        metric_id,
        scope_type
    from {{ ref('int_target_actuals_daily') }}
),

-- A period of the review ends with one of the target's months; as_of may cut it short.
reached as (
    select
        scopes.metric_id,
        scopes.scope_type,
        scopes.scope_id,
        scopes.starts_date,
        scopes.ends_date,
        periods.period,
        periods.start_date,
        periods.is_complete,
        months.counted_until_date,
        months.month_count,
        months.elapsed_share,
        months.reached_value,
        months.reached_value - coalesce(earlier.reached_value, 0) as period_value,
        months.unvalued_count,
        months.landing_value,
        months.landing_low_value,
        months.landing_high_value,
        months.landing_fault
    from scopes
    inner join periods
        on
            scopes.starts_date <= periods.start_date
            and scopes.ends_date >= periods.end_date
    inner join months
        on
            scopes.metric_id = months.metric_id
            and scopes.scope_type = months.scope_type
            and scopes.scope_id = months.scope_id
            and scopes.starts_date = months.starts_date
            and scopes.ends_date = months.ends_date
            and periods.start_date < months.month_end_date
            and (
                periods.end_date = months.month_end_date
                or (months.is_latest and periods.end_date > months.month_end_date)
            )
    left join months as earlier
        on
            scopes.metric_id = earlier.metric_id
            and scopes.scope_type = earlier.scope_type
            and scopes.scope_id = earlier.scope_id
            and scopes.starts_date = earlier.starts_date
            and scopes.ends_date = earlier.ends_date
            and periods.start_date = earlier.month_end_date
),

in_force as (
    select
        reached.*,
        versions.target_id,
        versions.version,
        versions.set_date,
        versions.target_value,
        versions.phasing_fault,
        case
            when versions.target_id is null then 'no version of the target was set by then'
            when versions.target_fault is not null then versions.target_fault
            when known_metrics.metric_id is null
                then concat(
                    'sales knows no actual ', reached.metric_id, ' by ', reached.scope_type
                )
            when reached.unvalued_count > 0
                then concat(reached.unvalued_count, ' rows have no exchange rate')
        end as missing_reason
    from reached
    left join versions
        on
            reached.metric_id = versions.metric_id
            and reached.scope_type = versions.scope_type
            and reached.scope_id = versions.scope_id
            and reached.starts_date = versions.starts_date
            and reached.ends_date = versions.ends_date
            and reached.counted_until_date > versions.set_date
            and (
                versions.superseded_date is null
                or reached.counted_until_date <= versions.superseded_date
            )
    left join known_metrics
        on
            reached.metric_id = known_metrics.metric_id
            and reached.scope_type = known_metrics.scope_type
),

-- A month that as_of cuts short is planned by its days.
phased as (
    select
        in_force.target_id,
        in_force.period,
        phasing.month_date >= in_force.start_date as is_in_period,
        phasing.planned_value * least(
            1,
            {{ dbt.datediff('phasing.month_date', 'in_force.counted_until_date', 'day') }}  -- noqa: LT05
            / cast({{ dbt.datediff(
                'phasing.month_date', dbt.dateadd('month', 1, 'phasing.month_date'), 'day'
            ) }} as double)
        ) as planned_value
    from in_force
    inner join phasing
        on
            in_force.target_id = phasing.target_id
            and in_force.counted_until_date > phasing.month_date
),

planned as (
    select
        target_id,
        period,
        sum(planned_value) as planned_value,
        sum(case when is_in_period then planned_value end) as period_planned_value
    from phased
    group by target_id, period
),

measured as (
    select
        in_force.*,
        case when in_force.missing_reason is null then in_force.target_value end as sound_target,
        coalesce(in_force.missing_reason, in_force.phasing_fault) as missing_phasing_reason,
        coalesce(in_force.missing_reason, in_force.landing_fault) as missing_landing_reason,
        planned.planned_value,
        planned.period_planned_value
    from in_force
    left join planned
        on in_force.target_id = planned.target_id and in_force.period = planned.period
),

final as (
    select
        metric_id,
        scope_type,
        scope_id,
        starts_date as target_start_date,
        ends_date as target_end_date,
        period,
        case when missing_reason is null then target_id end as target_id,
        case when missing_reason is null then version end as version_number,
        case when missing_reason is null then set_date end as set_date,
        counted_until_date,
        is_complete,
        cast(sound_target as decimal(18, 4)) as target_value,
        case when missing_reason is null then reached_value end as reached_value,
        case when missing_reason is null then cast(period_value as decimal(18, 4)) end
            as period_value,
        {{ to_decimal('sound_target * elapsed_share', 4) }} as linear_plan_value,
        case
            when missing_phasing_reason is null
                -- Rounded twice, for the last digits of a sum of fractions depend on their order.
                then {{ to_decimal('round(coalesce(planned_value, 0), 6)', 4) }}
        end as phased_plan_value,
        case
            when missing_phasing_reason is null
                then {{ to_decimal('round(coalesce(period_planned_value, 0), 6)', 4) }}
        end as period_plan_value,
        cast(reached_value as double) / sound_target as attainment_rate,
        cast(reached_value as double) / sound_target - elapsed_share as linear_gap_rate,
        case
            when missing_phasing_reason is null
                then (cast(reached_value as double) - coalesce(planned_value, 0)) / sound_target
        end as phased_gap_rate,
        month_count,
        case when missing_landing_reason is null then landing_value end as landing_value,
        case when missing_landing_reason is null then landing_low_value end as landing_low_value,
        case when missing_landing_reason is null then landing_high_value end
            as landing_high_value,
        missing_reason,
        missing_phasing_reason,
        missing_landing_reason
    from measured
)

select * from final
