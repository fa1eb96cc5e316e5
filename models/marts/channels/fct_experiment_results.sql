-- Grain: experiment x arm x segment x metric. Persons and sums add up over arms; the segment all
-- holds every person once more, and metrics do not add up. Lifts are against the control of the
-- experiment. Persons who saw two arms, machines and exposures out of time are excluded, counted.
with

sums as (
    select * from {{ ref('int_experiment_sums') }}
),

metrics as (
    select
        experiment_id,
        metric_id,
        direction,
        started_at,
        ended_at,
        is_mature
    from {{ ref('int_experiment_metrics_applied') }}
),

experiments as (
    select
        experiment_id,
        experiment_name,
        primary_metric,
        reading_rule
    from {{ ref('int_experiments') }}
),

excluded as (
    select
        experiment_id,
        sum(case when exclusion_reason = 'several_arms' then 1 else 0 end) as several_arms_count,
        sum(case when exclusion_reason in ('bot', 'unknown_arm', 'out_of_time') then 1 else 0 end)
            as other_count
    from {{ ref('int_exposures_assigned') }}
    group by experiment_id
),

estimates as (
    select
        *,
        sample_ratio_p_value < {{ var('sample_ratio_alpha') }} as is_out_of_ratio
    from {{ source('analytics', 'experiment_estimates') }}
),

-- Whoever was lost from the experiment as a whole is lost from its segments, too.
ratios as (
    select
        experiment_id,
        segment,
        bool_or(is_out_of_ratio) as is_out_of_ratio
    from estimates
    group by experiment_id, segment
),

judged as (
    select
        sums.*,
        metrics.direction,
        metrics.started_at,
        metrics.ended_at,
        metrics.is_mature,
        estimates.sample_ratio_p_value,
        coalesce(ratios.is_out_of_ratio, false) or coalesce(whole.is_out_of_ratio, false)
            as has_sample_ratio_mismatch,
        estimates.lift,
        estimates.lift_low,
        estimates.lift_high,
        estimates.relative_lift,
        estimates.relative_lift_low,
        estimates.relative_lift_high,
        estimates.p_value,
        estimates.adjusted_p_value,
        estimates.minimum_detectable_lift,
        estimates.variance_reduction,
        estimates.cuped_relative_lift,
        estimates.cuped_relative_lift_low,
        estimates.cuped_relative_lift_high,
        estimates.cuped_p_value,
        case
            when sums.missing_reason is not null then sums.missing_reason
            when estimates.experiment_id is null then 'the statistics have not been run'
            else estimates.missing_reason
        end as reason
    from sums
    inner join metrics
        on sums.experiment_id = metrics.experiment_id and sums.metric_id = metrics.metric_id
    left join estimates
        on
            sums.experiment_id = estimates.experiment_id
            and sums.metric_id = estimates.metric_id
            and sums.arm = estimates.arm
            and sums.segment = estimates.segment
    left join ratios
        on sums.experiment_id = ratios.experiment_id and sums.segment = ratios.segment
    left join ratios as whole
        on sums.experiment_id = whole.experiment_id and whole.segment = 'all'
),

final as (
    select
        judged.experiment_id,
        judged.arm,
        judged.segment,
        judged.metric_id,
        experiments.experiment_name,
        experiments.primary_metric,
        experiments.reading_rule,
        judged.metric_role,
        coalesce(judged.kind, 'unknown') as kind,
        judged.direction,
        judged.started_at,
        judged.ended_at,
        -- The last day on which the experiment ran: it ends at the first moment after.
        {{ business_date(dbt.dateadd('second', -1, 'judged.ended_at')) }} as last_business_date,
        judged.is_control,
        judged.is_mature,
        judged.has_sample_ratio_mismatch,
        judged.early_person_count > 0 as has_early_outcomes,
        coalesce(
            judged.reason is null
            and not judged.is_control
            and judged.is_mature
            and not judged.has_sample_ratio_mismatch
            and judged.adjusted_p_value < judged.alpha,
            false
        ) as is_called,
        judged.reason as missing_reason,
        judged.split,
        judged.person_count,
        judged.early_person_count,
        cast(coalesce(excluded.several_arms_count, 0) as bigint) as several_arms_person_count,
        cast(coalesce(excluded.other_count, 0) as bigint) as other_excluded_person_count,
        judged.outcome_sum,
        judged.denominator_sum,
        {{ ratio('judged.outcome_sum', 'judged.denominator_sum') }} as outcome_rate,
        judged.alpha,
        judged.sample_ratio_p_value,
        judged.lift,
        judged.lift_low,
        judged.lift_high,
        judged.relative_lift,
        judged.relative_lift_low,
        judged.relative_lift_high,
        judged.p_value,
        judged.adjusted_p_value,
        judged.minimum_detectable_lift,
        judged.variance_reduction,
        judged.cuped_relative_lift,
        judged.cuped_relative_lift_low,
        judged.cuped_relative_lift_high,
        judged.cuped_p_value
    from judged
    inner join experiments on judged.experiment_id = experiments.experiment_id
    left join excluded on judged.experiment_id = excluded.experiment_id
)

select * from final
