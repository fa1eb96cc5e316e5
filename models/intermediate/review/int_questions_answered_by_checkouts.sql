-- Grain: question x period x scope, of the question about why carts are left at the checkout.
with

periods as (
    select
        period,
        is_complete
    from {{ ref('dim_periods') }}
),

friction as (
    select * from {{ ref('fct_checkout_friction') }}
),

listed_steps as (
    select
        listed.checkout_step,
        listed.exit_scope
    from (
        values
        ('begin_checkout', 'exit_before_freight'),
        ('view_shipping', 'exit_at_freight'),
        ('view_payment', 'exit_at_payment')
    ) as listed (checkout_step, exit_scope)
),

steps as (
    select
        periods.period,
        periods.is_complete,
        listed_steps.exit_scope,
        coalesce(sum(friction.session_count), 0) as session_count,
        coalesce(sum(friction.exit_count), 0) as exit_count
    from periods
    cross join listed_steps
    left join friction
        on
            periods.period = friction.period
            and listed_steps.checkout_step = friction.checkout_step
    group by periods.period, periods.is_complete, listed_steps.exit_scope
),

exits as (
    select
        *,
        case when session_count = 0 then 'nobody is known to have got to the step' end as missing
    from steps
),

freight as (
    select
        periods.period,
        periods.is_complete,
        coalesce(sum(
            case when friction.step_condition = 'freight_charged' then friction.session_count end
        ), 0) as charged_count,
        coalesce(sum(
            case
                when friction.step_condition = 'freight_charged' then friction.paid_session_count
            end
        ), 0) as charged_paid_count,
        coalesce(sum(
            case when friction.step_condition = 'freight_free' then friction.session_count end
        ), 0) as free_count,
        coalesce(sum(
            case when friction.step_condition = 'freight_free' then friction.paid_session_count end
        ), 0) as free_paid_count
    from periods
    left join friction
        on periods.period = friction.period and friction.checkout_step = 'view_shipping'
    group by periods.period, periods.is_complete
),

compared as (
    select
        *,
        case when charged_count = 0 then 'no checkout with freight is known' end
            as missing_charged,
        case when free_count = 0 then 'no checkout without freight is known' end as missing_free,
        case
            when charged_count = 0 then 'no checkout with freight is known'
            when free_count = 0 then 'no checkout without freight is known'
        end as missing
    from freight
),

methods as (
    select
        friction.period,
        periods.is_complete,
        concat('methods:', friction.step_condition) as scope,
        friction.session_count,
        friction.paid_session_count
    from friction
    inner join periods on friction.period = periods.period
    where friction.checkout_step = 'view_payment'
),

evidences as (
    select
        listed.evidence,
        listed.reason
    from (
        values
        ('survey', 'freight'),
        ('survey', 'payment_method'),
        ('service', 'freight'),
        ('service', 'payment_method')
    ) as listed (evidence, reason)
),

reasons as (
    select
        periods.period,
        periods.is_complete,
        concat(evidences.evidence, ':', evidences.reason) as scope,
        coalesce(sum(mentions.mention_count), 0) as all_count,
        coalesce(sum(
            case when evidences.reason = mentions.reason then mentions.mention_count end
        ), 0) as mention_count
    from periods
    cross join evidences
    left join {{ ref('fct_abandonment_reasons') }} as mentions
        on periods.period = mentions.period and evidences.evidence = mentions.evidence
    group by periods.period, periods.is_complete, evidences.evidence, evidences.reason
),

mentioned as (
    select
        *,
        case when all_count = 0 then 'nobody is known to have given a reason' end as missing
    from reasons
),

final as (
    select
        {{ answer(
            'K120', scope='exit_scope', unit='share', value=ratio('exit_count', 'session_count'),
            numerator='exit_count', denominator='session_count', n='session_count',
            ci_low=wilson_bound('exit_count', 'session_count', 'lower'),
            ci_high=wilson_bound('exit_count', 'session_count', 'upper'), missing='missing'
        ) }}
    from exits
    union all
    select
        {{ answer(
            'K120', scope="'paid_with_freight'", unit='share',
            value=ratio('charged_paid_count', 'charged_count'),
            numerator='charged_paid_count', denominator='charged_count', n='charged_count',
            ci_low=wilson_bound('charged_paid_count', 'charged_count', 'lower'),
            ci_high=wilson_bound('charged_paid_count', 'charged_count', 'upper'),
            missing='missing_charged'
        ) }}
    from compared
    union all
    select
        {{ answer(
            'K120', scope="'paid_without_freight'", unit='share',
            value=ratio('free_paid_count', 'free_count'),
            numerator='free_paid_count', denominator='free_count', n='free_count',
            ci_low=wilson_bound('free_paid_count', 'free_count', 'lower'),
            ci_high=wilson_bound('free_paid_count', 'free_count', 'upper'),
            missing='missing_free'
        ) }}
    from compared
    union all
    select
        {{ answer(
            'K120', scope="'freight_difference'", unit='percentage_points',
            value='(' ~ ratio('charged_paid_count', 'charged_count') ~ ' - '
            ~ ratio('free_paid_count', 'free_count') ~ ')',
            n='charged_count + free_count',
            ci_low='(' ~ newcombe_bound(
                'charged_paid_count', 'charged_count', 'free_paid_count', 'free_count', 'lower'
            ) ~ ')',
            ci_high='(' ~ newcombe_bound(
                'charged_paid_count', 'charged_count', 'free_paid_count', 'free_count', 'upper'
            ) ~ ')',
            grade='C', comparison="'no_difference'", comparison_value='0', missing='missing'
        ) }}
    from compared
    union all
    select
        {{ answer(
            'K120', scope='scope', unit='share',
            value=ratio('paid_session_count', 'session_count'),
            numerator='paid_session_count', denominator='session_count', n='session_count',
            ci_low=wilson_bound('paid_session_count', 'session_count', 'lower'),
            ci_high=wilson_bound('paid_session_count', 'session_count', 'upper')
        ) }}
    from methods
    union all
    select
        {{ answer(
            'K120', scope='scope', unit='share', value=ratio('mention_count', 'all_count'),
            numerator='mention_count', denominator='all_count', n='all_count',
            ci_low=wilson_bound('mention_count', 'all_count', 'lower'),
            ci_high=wilson_bound('mention_count', 'all_count', 'upper'), missing='missing'
        ) }}
    from mentioned
)

{{ answered('final') }}
