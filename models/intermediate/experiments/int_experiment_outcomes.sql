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
        *,
        measure as part_measure,
        'value' as part
    from metrics
    union all
    select
        *,
        denominator_measure as part_measure,
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

-- What persons did meets the few metrics last: persons times metrics would not fit into memory.
acted as (
    select
        parts.experiment_id,
        parts.metric_id,
        persons.person_id,
        parts.part,
        actions.amount,
        actions.acted_at < parts.started_at as is_baseline,
        actions.acted_at >= persons.exposed_at as is_counted,
        actions.sku_id = persons.sku_id or not parts.is_same_sku as is_same
    from {{ ref('int_experiment_actions') }} as actions
    inner join persons on actions.person_id = persons.person_id
    inner join parts
        on
            persons.experiment_id = parts.experiment_id
            and actions.measure = parts.part_measure
    where
        case
            when
                actions.acted_at
                < {{ dbt.dateadd('day', -var('experiment_baseline_days'), 'parts.started_at') }}
                then false
            when parts.window_hours is null
                then coalesce(actions.acted_at < parts.ended_at, true)
            else
                actions.acted_at
                < {{ dbt.dateadd('hour', 'parts.window_hours', 'persons.exposed_at') }}
        end
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
        metrics.experiment_id,
        metrics.metric_id,
        persons.person_id,
        persons.arm,
        persons.segment,
        cast(
            case
                when metrics.kind = 'proportion' and summed.amount > 0 then 1
                else coalesce(summed.amount, 0)
            end as decimal(18, 3)
        ) as outcome,
        cast(
            case when metrics.kind = 'ratio' then coalesce(summed.denominator, 0) else 1 end
            as decimal(18, 3)
        ) as denominator,
        cast(
            case
                when metrics.kind = 'proportion' and summed.baseline > 0 then 1
                else coalesce(summed.baseline, 0)
            end as decimal(18, 3)
        ) as baseline,
        -- What a ratio divides, such as page loads, is no outcome that an arm could have missed.
        case when metrics.kind = 'ratio' then 0 else coalesce(summed.early, 0) end as early
    from persons
    inner join metrics on persons.experiment_id = metrics.experiment_id
    left join summed
        on
            metrics.experiment_id = summed.experiment_id
            and metrics.metric_id = summed.metric_id
            and persons.person_id = summed.person_id
)

select * from final
