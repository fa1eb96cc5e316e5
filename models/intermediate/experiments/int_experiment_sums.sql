-- Grain: experiment x metric x arm x segment, the segment all included and arms without a person,
-- too. Everything that tests of an arm against the control need, so that they need no person.
with

arms as (
    select
        experiment_id,
        arm,
        is_control,
        split,
        count(*) over (partition by experiment_id) as arm_count,
        sum(cast(is_control as integer)) over (partition by experiment_id) as control_count
    from {{ ref('int_experiment_arms') }}
),

metrics as (
    select
        experiment_id,
        metric_id,
        kind,
        metric_role,
        alpha
    from {{ ref('int_experiment_metrics_applied') }}
),

persons as (
    select
        experiment_id,
        arm,
        segment
    from {{ ref('int_exposures_assigned') }}
    where exclusion_reason is null
),

scoped_persons as (
    select
        experiment_id,
        arm,
        'all' as segment
    from persons
    union all
    select * from persons
    where segment != 'all'
),

counted as (
    select
        experiment_id,
        arm,
        segment,
        count(*) as person_count
    from scoped_persons
    group by experiment_id, arm, segment
),

segments as (
    select
        experiment_id,
        'all' as segment
    from {{ ref('int_experiments') }}
    union
    select
        experiment_id,
        segment
    from counted
),

outcomes as (
    select * from {{ ref('int_experiment_outcomes') }}
),

scoped_outcomes as (
    select
        experiment_id,
        metric_id,
        arm,
        'all' as segment,
        outcome,
        denominator,
        baseline,
        early
    from outcomes
    union all
    select
        experiment_id,
        metric_id,
        arm,
        segment,
        outcome,
        denominator,
        baseline,
        early
    from outcomes
    where segment != 'all'
),

summed as (
    select
        experiment_id,
        metric_id,
        arm,
        segment,
        sum(outcome) as outcome_sum,
        sum(outcome * outcome) as outcome_square_sum,
        sum(denominator) as denominator_sum,
        sum(denominator * denominator) as denominator_square_sum,
        sum(outcome * denominator) as outcome_denominator_sum,
        sum(baseline) as baseline_sum,
        sum(baseline * baseline) as baseline_square_sum,
        sum(outcome * baseline) as outcome_baseline_sum,
        sum(denominator * baseline) as denominator_baseline_sum,
        sum(early) as early_person_count
    from scoped_outcomes
    group by experiment_id, metric_id, arm, segment
),

final as (
    select
        arms.experiment_id,
        arms.arm,
        segments.segment,
        metrics.metric_id,
        metrics.kind,
        metrics.metric_role,
        metrics.alpha,
        arms.is_control,
        arms.split,
        coalesce(counted.person_count, 0) as person_count,
        cast(coalesce(summed.early_person_count, 0) as bigint) as early_person_count,
        cast(coalesce(summed.outcome_sum, 0) as double) as outcome_sum,
        cast(coalesce(summed.outcome_square_sum, 0) as double) as outcome_square_sum,
        cast(coalesce(summed.denominator_sum, 0) as double) as denominator_sum,
        cast(coalesce(summed.denominator_square_sum, 0) as double) as denominator_square_sum,
        cast(coalesce(summed.outcome_denominator_sum, 0) as double) as outcome_denominator_sum,
        cast(coalesce(summed.baseline_sum, 0) as double) as baseline_sum,
        cast(coalesce(summed.baseline_square_sum, 0) as double) as baseline_square_sum,
        cast(coalesce(summed.outcome_baseline_sum, 0) as double) as outcome_baseline_sum,
        cast(coalesce(summed.denominator_baseline_sum, 0) as double) as denominator_baseline_sum,
        case
            when metrics.kind is null then 'the metric is not defined'
            when arms.arm_count < 2 then 'the experiment has one arm'
            when arms.control_count = 0 then 'no arm is the control'
            when arms.control_count > 1 then 'more than one arm is the control'
        end as missing_reason
    from arms
    inner join segments on arms.experiment_id = segments.experiment_id
    inner join metrics on arms.experiment_id = metrics.experiment_id
    left join counted
        on
            arms.experiment_id = counted.experiment_id
            and arms.arm = counted.arm
            and segments.segment = counted.segment
    left join summed
        on
            arms.experiment_id = summed.experiment_id
            and arms.arm = summed.arm
            and segments.segment = summed.segment
            and metrics.metric_id = summed.metric_id
)

select * from final
