{{ config(materialized='view') }}
-- Grain: experiment x metric x counted person, those who did nothing included: what the metric sums
-- from the exposure to the end of its window, and the same of the time before the experiment, which
-- no arm can have moved.
with

metrics as (
    select * from {{ ref('int_experiment_metrics_applied') }}
    where kind is not null
),

parts as (
    select
        experiment_id,
        metric_id,
        measure,
        'value' as part
    from metrics
    union all
    select
        experiment_id,
        metric_id,
        denominator_measure as measure,
        'denominator' as part
    from metrics
    where denominator_measure is not null
),

persons as (
    select
        experiment_id,
        person_id,
        arm,
        sku_id,
        segment,
        exposed_at
    from {{ ref('int_exposures_assigned') }}
    where exclusion_reason is null
),

units as (
    select
        persons.*,
        metrics.metric_id,
        metrics.kind,
        metrics.is_same_sku,
        metrics.started_at,
        {{ dbt.dateadd('day', -var('experiment_baseline_days'), 'metrics.started_at') }}
            as baseline_at,
        case
            when metrics.window_hours is null then metrics.ended_at
            else {{ dbt.dateadd('hour', 'metrics.window_hours', 'persons.exposed_at') }}
        end as window_ends_at
    from persons
    inner join metrics on persons.experiment_id = metrics.experiment_id
),

acted as (
    select
        units.experiment_id,
        units.metric_id,
        units.person_id,
        parts.part,
        actions.amount,
        actions.acted_at < units.started_at as is_baseline,
        actions.acted_at >= units.exposed_at as is_counted,
        actions.sku_id = units.sku_id or not units.is_same_sku as is_same
    from units
    inner join parts
        on units.experiment_id = parts.experiment_id and units.metric_id = parts.metric_id
    inner join {{ ref('int_experiment_actions') }} as actions
        on
            units.person_id = actions.person_id
            and parts.measure = actions.measure
            and units.baseline_at <= actions.acted_at
            and coalesce(units.window_ends_at > actions.acted_at, true)
),

-- Before the experiment any product will do: it only has to tell who buys from who does not.
summed as (
    select
        experiment_id,
        metric_id,
        person_id,
        sum(case when part = 'value' and is_counted and is_same then amount end) as amount,
        sum(case when part = 'denominator' and is_counted and is_same then amount end)
            as denominator,
        sum(case when part = 'value' and is_baseline then amount end) as baseline,
        max(
            case
                when amount = 0 or is_baseline or is_counted or not is_same then 0
                when part = 'value' then 1
                else 0
            end
        ) as early
    from acted
    group by experiment_id, metric_id, person_id
),

final as (
    select
        units.experiment_id,
        units.metric_id,
        units.person_id,
        units.arm,
        units.segment,
        cast(
            case
                when units.kind = 'proportion' and summed.amount > 0 then 1
                else coalesce(summed.amount, 0)
            end as decimal(18, 3)
        ) as outcome,
        cast(
            case when units.kind = 'ratio' then coalesce(summed.denominator, 0) else 1 end
            as decimal(18, 3)
        ) as denominator,
        cast(
            case
                when units.kind = 'proportion' and summed.baseline > 0 then 1
                else coalesce(summed.baseline, 0)
            end as decimal(18, 3)
        ) as baseline,
        -- What a ratio divides, such as page loads, is no outcome that an arm could have missed.
        case when units.kind = 'ratio' then 0 else coalesce(summed.early, 0) end as early
    from units
    left join summed
        on
            units.experiment_id = summed.experiment_id
            and units.metric_id = summed.metric_id
            and units.person_id = summed.person_id
)

select * from final
