-- Grain: question x period x scope, of the questions that an experiment answers. It belongs to the
-- period in which it ended; of several that ask the same, the last one to end counts.
with

periods as (
    select
        period,
        start_date,
        end_date,
        is_complete
    from {{ ref('dim_periods') }}
),

questions as (
    select * from {{ ref('experiment_questions') }}
),

results as (
    select * from {{ ref('fct_experiment_results') }}
    where segment = 'all'
),

controls as (
    -- Where there are several, the results say that they cannot be compared.
    select
        experiment_id,
        metric_id,
        max(outcome_rate) as outcome_rate,
        max(person_count) as person_count
    from results
    where is_control
    group by experiment_id, metric_id
),

compared as (
    select
        questions.question_id,
        results.experiment_id,
        results.arm,
        case
            when results.metric_role = 'primary' then results.arm
            else concat(results.arm, ':', results.metric_id)
        end as scope,
        results.kind,
        results.last_business_date,
        results.is_called,
        results.outcome_sum,
        results.person_count,
        results.lift,
        results.relative_lift,
        results.relative_lift_low,
        results.relative_lift_high,
        controls.outcome_rate as control_rate,
        controls.person_count as control_person_count,
        case
            when results.missing_reason is not null then results.missing_reason
            when not results.is_mature then 'the experiment and what follows it are not over'
            when results.has_sample_ratio_mismatch
                then 'the sizes of the arms do not fit the planned split'
            when results.relative_lift is null then 'a lift is relative to something above zero'
        end as fault
    from questions
    inner join results
        on
            questions.primary_metric = results.primary_metric
            and coalesce(questions.arm, results.arm) = results.arm
            and (
                results.metric_role = 'primary'
                or (questions.has_guardrails and results.metric_role = 'guardrail')
            )
    left join controls
        on
            results.experiment_id = controls.experiment_id
            and results.metric_id = controls.metric_id
    where not results.is_control
),

ranked as (
    select
        periods.period,
        compared.*,
        row_number() over (
            partition by periods.period, compared.question_id, compared.scope
            order by compared.last_business_date desc, compared.experiment_id desc
        ) as recency
    from periods
    inner join compared
        on
            periods.start_date <= compared.last_business_date
            and periods.end_date > compared.last_business_date
),

latest as (
    select * from ranked
    where recency = 1
),

named_scopes as (
    select
        question_id,
        arm as scope
    from questions
    where arm is not null
    union
    select
        question_id,
        scope
    from compared
),

scopes as (
    select * from named_scopes
    union all
    select
        questions.question_id,
        'all' as scope
    from questions
    left join named_scopes on questions.question_id = named_scopes.question_id
    where named_scopes.question_id is null
),

lifts as (
    select
        scopes.question_id,
        scopes.scope,
        periods.period,
        periods.is_complete,
        latest.lift,
        latest.control_rate,
        latest.person_count + latest.control_person_count as person_count,
        latest.relative_lift,
        latest.relative_lift_low,
        latest.relative_lift_high,
        case
            when latest.is_called then 'An effect is called.'
            else 'No effect is called: chance alone may show such a lift.'
        end as verdict,
        case
            when latest.question_id is null then 'no such experiment ended in the period'
            else latest.fault
        end as missing
    from scopes
    cross join periods
    left join latest
        on
            scopes.question_id = latest.question_id
            and scopes.scope = latest.scope
            and periods.period = latest.period
),

-- Two arms that a question names, of one experiment.
paired as (
    select
        firsts.question_id,
        periods.period,
        periods.is_complete,
        concat(firsts.arm, '_minus_', seconds.arm) as scope,
        first_results.outcome_sum as successes,
        first_results.person_count as trials,
        second_results.outcome_sum as other_successes,
        second_results.person_count as other_trials,
        case
            when first_results.question_id is null or second_results.question_id is null
                then 'no such experiment ended in the period'
            when first_results.kind != 'proportion' then 'the metric is no proportion'
            else coalesce(first_results.fault, second_results.fault)
        end as missing
    from questions as firsts
    inner join questions as seconds
        on firsts.question_id = seconds.question_id and firsts.arm > seconds.arm
    cross join periods
    left join latest as first_results
        on
            firsts.question_id = first_results.question_id
            and firsts.arm = first_results.scope
            and periods.period = first_results.period
    left join latest as second_results
        on
            seconds.question_id = second_results.question_id
            and seconds.arm = second_results.scope
            and first_results.experiment_id = second_results.experiment_id
            and periods.period = second_results.period
),

final as (
    select
        {{ answer(
            'K011', scope='scope', unit='relative_change',
            value='relative_lift', numerator='lift', denominator='control_rate',
            n='person_count', ci_low='relative_lift_low', ci_high='relative_lift_high',
            grade='A', missing='missing', note='verdict'
        ) }}
    from lifts
    where question_id = 'K011'
    union all
    select
        {{ answer(
            'K044', scope='scope', unit='relative_change',
            value='relative_lift', numerator='lift', denominator='control_rate',
            n='person_count', ci_low='relative_lift_low', ci_high='relative_lift_high',
            grade='A', missing='missing', note='verdict'
        ) }}
    from lifts
    where question_id = 'K044'
    union all
    select
        {{ answer(
            'K046', scope='scope', unit='relative_change',
            value='relative_lift', numerator='lift', denominator='control_rate',
            n='person_count', ci_low='relative_lift_low', ci_high='relative_lift_high',
            grade='A', missing='missing', note='verdict'
        ) }}
    from lifts
    where question_id = 'K046'
    union all
    select
        {{ answer(
            'K044', scope='scope', unit='percentage_points',
            value=ratio('successes', 'trials') ~ ' - ' ~ ratio('other_successes', 'other_trials'),
            n='trials + other_trials',
            ci_low=newcombe_bound(
                'successes', 'trials', 'other_successes', 'other_trials', 'lower'
            ),
            ci_high=newcombe_bound(
                'successes', 'trials', 'other_successes', 'other_trials', 'upper'
            ),
            grade='A', missing='missing'
        ) }}
    from paired
    where question_id = 'K044'
)

{{ answered('final') }}
