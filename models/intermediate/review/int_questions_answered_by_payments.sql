-- Grain: question x period x scope, of the question about payment.
with

attempts as (
    select
        periods.period,
        periods.is_complete,
        daily.method,
        daily.status,
        daily.fail_reason,
        daily.attempt_count
    from {{ ref('dim_periods') }} as periods
    left join {{ ref('fct_payment_attempts_daily') }} as daily
        on
            periods.start_date <= daily.business_date
            and periods.end_date > daily.business_date
),

scoped as (
    select
        *,
        'all' as scope
    from attempts
    union all
    select
        *,
        concat('method:', method) as scope
    from attempts
    where method is not null
),

-- An attempt that is still open is neither a success nor a failure.
decided as (
    select
        period,
        is_complete,
        scope,
        coalesce(sum(case when status = 'succeeded' then attempt_count end), 0) as succeeded_count,
        coalesce(sum(case when status in ('succeeded', 'failed') then attempt_count end), 0)
            as decided_count
    from scoped
    group by period, is_complete, scope
),

rated as (
    select
        *,
        case when decided_count = 0 then 'no attempt to pay is known to have ended' end as missing
    from decided
),

failed as (
    select
        period,
        is_complete,
        concat('reason:', fail_reason) as scope,
        sum(attempt_count) as failed_count,
        sum(sum(attempt_count)) over (partition by period) as all_failed_count
    from attempts
    where status = 'failed'
    group by period, is_complete, fail_reason
),

final as (
    select
        {{ answer(
            'K122', scope='scope', unit='share',
            value=ratio('succeeded_count', 'decided_count'),
            numerator='succeeded_count', denominator='decided_count', n='decided_count',
            ci_low=wilson_bound('succeeded_count', 'decided_count', 'lower'),
            ci_high=wilson_bound('succeeded_count', 'decided_count', 'upper'),
            missing='missing'
        ) }}
    from rated
    union all
    select
        {{ answer(
            'K122', scope='scope', unit='share',
            value=ratio('failed_count', 'all_failed_count'),
            numerator='failed_count', denominator='all_failed_count', n='all_failed_count',
            ci_low=wilson_bound('failed_count', 'all_failed_count', 'lower'),
            ci_high=wilson_bound('failed_count', 'all_failed_count', 'upper')
        ) }}
    from failed
)

{{ answered('final') }}
