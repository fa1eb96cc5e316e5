-- Grain: question x period x scope, of the question whether recommendations bring people back: each
-- model of a slot, and its distance from another where persons were drawn to the two by lot. An
-- experiment belongs to the period in which it ended; of several, the last one counts.
with

periods as (
    select
        period,
        start_date,
        end_date,
        is_complete
    from {{ ref('dim_periods') }}
),

counted as (
    select * from {{ ref('fct_recommendation_models') }}
),

scopes as (
    select
        slot,
        model,
        slot || ':' || model as scope
    from counted
    group by slot, model
),

shares as (
    select
        periods.period,
        periods.is_complete,
        scopes.scope,
        counted.mature_person_count,
        counted.returned_person_count,
        case
            when counted.person_count is null then 'nobody saw such a recommendation in the period'
            when counted.mature_person_count = 0 then 'the days to come back in are not over'
        end as missing
    from periods
    cross join scopes
    left join counted
        on
            periods.period = counted.period
            and scopes.slot = counted.slot
            and scopes.model = counted.model
    union all
    select
        periods.period,
        periods.is_complete,
        'all' as scope,
        0 as mature_person_count,
        0 as returned_person_count,
        'nobody saw such a recommendation in the period' as missing
    from periods
    left join scopes on true
    where scopes.scope is null
),

experiments as (
    select
        experiment_id,
        max(last_business_date) as last_business_date,
        bool_or(has_sample_ratio_mismatch) as has_sample_ratio_mismatch
    from {{ ref('fct_experiment_results') }}
    where segment = 'all'
    group by experiment_id
),

compared as (
    select
        compared.*,
        experiments.last_business_date,
        compared.slot || ':' || compared.model || '_minus_' || compared.control_model as scope,
        case
            when experiments.has_sample_ratio_mismatch
                then 'the sizes of the arms do not fit the planned split'
            when compared.mature_person_count = 0 or compared.control_mature_person_count = 0
                then 'the days to come back in are not over'
        end as fault
    from {{ ref('fct_recommendation_experiments') }} as compared
    inner join experiments on compared.experiment_id = experiments.experiment_id
),

ranked as (
    select
        periods.period,
        compared.*,
        row_number() over (
            partition by periods.period, compared.scope
            order by compared.last_business_date desc, compared.experiment_id desc, compared.arm asc
        ) as recency
    from periods
    inner join compared
        on
            periods.start_date <= compared.last_business_date
            and periods.end_date > compared.last_business_date
),

pairs as (
    select distinct scope
    from compared
),

differences as (
    select
        periods.period,
        periods.is_complete,
        pairs.scope,
        ranked.mature_person_count,
        ranked.returned_person_count,
        ranked.control_mature_person_count,
        ranked.control_returned_person_count,
        case
            when ranked.scope is null then 'no experiment on these models ended in the period'
            else ranked.fault
        end as missing
    from periods
    cross join pairs
    left join ranked
        on periods.period = ranked.period and pairs.scope = ranked.scope and ranked.recency = 1
),

final as (
    select
        {{ answer(
            'K041', scope='scope', unit='share',
            value=ratio('returned_person_count', 'mature_person_count'),
            numerator='returned_person_count', denominator='mature_person_count', n='mature_person_count',
            ci_low=wilson_bound('returned_person_count', 'mature_person_count', 'lower'),
            ci_high=wilson_bound('returned_person_count', 'mature_person_count', 'upper'),
            missing='missing'
        ) }}
    from shares
    union all
    select
        {{ answer(
            'K041', scope='scope', unit='percentage_points',
            value=ratio('returned_person_count', 'mature_person_count')
            ~ ' - ' ~ ratio('control_returned_person_count', 'control_mature_person_count'),
            n='mature_person_count + control_mature_person_count',
            ci_low=newcombe_bound(
                'returned_person_count', 'mature_person_count',
                'control_returned_person_count', 'control_mature_person_count', 'lower'
            ),
            ci_high=newcombe_bound(
                'returned_person_count', 'mature_person_count',
                'control_returned_person_count', 'control_mature_person_count', 'upper'
            ),
            grade='A', missing='missing'
        ) }}
    from differences
)

{{ answered('final') }}
