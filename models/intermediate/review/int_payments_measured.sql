-- Grain: period x scope: all attempts to pay, those by each method (`method:`), and those that
-- failed for each reason (`reason:`).
with

attempts as (
    select
        periods.period,
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
    union all
    select
        *,
        concat('reason:', fail_reason) as scope
    from attempts
    where status = 'failed'
),

-- An attempt that is still open is neither a success nor a failure.
counted as (
    select
        period,
        scope,
        sum(case when status = 'succeeded' then attempt_count else 0 end)
            as succeeded_attempt_count,
        sum(case when status in ('succeeded', 'failed') then attempt_count else 0 end)
            as ended_attempt_count,
        sum(case when status = 'failed' then attempt_count else 0 end) as failed_attempt_count
    from scoped
    group by period, scope
),

final as (
    select
        counted.period,
        counted.scope,
        counted.succeeded_attempt_count,
        counted.ended_attempt_count,
        counted.failed_attempt_count,
        whole.failed_attempt_count as failed_attempt_count_of_all
    from counted
    inner join counted as whole on counted.period = whole.period and whole.scope = 'all'
)

select * from final
