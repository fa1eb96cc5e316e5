-- Grain: period x scope: checkouts by the step that they got to and what it showed, of all, and of
-- each list of methods to pay (`methods:`).
with

scoped as (
    select
        'all' as scope,
        friction.*
    from {{ ref('fct_checkout_friction') }} as friction
    union all
    select
        concat('methods:', friction.step_condition) as scope,
        friction.*
    from {{ ref('fct_checkout_friction') }} as friction
    where friction.checkout_step = 'view_payment'
),

listed as (
    select
        period,
        'all' as scope
    from {{ ref('dim_periods') }}
    union
    select
        period,
        scope
    from scoped
),

named as (
    select
        *,
        case when checkout_step = 'view_shipping' then step_condition end as freight
    from scoped
),

final as (
    select
        listed.period,
        listed.scope,
        sum(case when named.checkout_step = 'begin_checkout' then named.session_count end)
            as begun_checkout_count,
        sum(case when named.checkout_step = 'begin_checkout' then named.exit_count end)
            as begun_checkout_exit_count,
        sum(case when named.checkout_step = 'view_shipping' then named.session_count end)
            as freight_step_count,
        sum(case when named.checkout_step = 'view_shipping' then named.exit_count end)
            as freight_step_exit_count,
        sum(case when named.checkout_step = 'view_payment' then named.session_count end)
            as payment_step_count,
        sum(case when named.checkout_step = 'view_payment' then named.exit_count end)
            as payment_step_exit_count,
        sum(case when named.checkout_step = 'view_payment' then named.paid_session_count end)
            as payment_step_paid_count,
        sum(case when named.freight = 'freight_charged' then named.session_count end)
            as freight_charged_count,
        sum(case when named.freight = 'freight_charged' then named.paid_session_count end)
            as freight_charged_paid_count,
        sum(case when named.freight = 'freight_free' then named.session_count end)
            as freight_free_count,
        sum(case when named.freight = 'freight_free' then named.paid_session_count end)
            as freight_free_paid_count
    from listed
    left join named on listed.period = named.period and listed.scope = named.scope
    group by listed.period, listed.scope
)

select * from final
