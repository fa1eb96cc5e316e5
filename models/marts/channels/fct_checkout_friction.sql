-- Grain: period x step of the checkout x condition that it showed: sessions that got there, left
-- there, or paid. Conditions of a step add up, steps do not. Excludes bots.
with

sessions as (
    select
        session_id,
        business_date
    from {{ ref('fct_sessions') }}
    where not is_bot
),

checkouts as (
    select * from {{ ref('int_checkouts') }}
),

steps as (
    select
        session_id,
        'begin_checkout' as checkout_step,
        'any' as step_condition,
        is_continued as is_passed,
        is_paid
    from checkouts
    union all
    select
        session_id,
        'view_shipping' as checkout_step,
        case
            when freight_amount > 0 then 'freight_charged'
            when freight_amount <= 0 then 'freight_free'
            else 'unknown'
        end as step_condition,
        is_shipping_passed as is_passed,
        is_paid
    from checkouts
    where is_shipping_seen
    union all
    select
        session_id,
        'view_payment' as checkout_step,
        coalesce(payment_methods, 'unknown') as step_condition,
        is_payment_passed as is_passed,
        is_paid
    from checkouts
    where is_payment_seen
),

daily as (
    select
        sessions.business_date,
        steps.checkout_step,
        steps.step_condition,
        count(*) as session_count,
        count(*) filter (where not steps.is_passed) as exit_count,
        count(*) filter (where steps.is_paid) as paid_session_count
    from steps
    inner join sessions on steps.session_id = sessions.session_id
    group by sessions.business_date, steps.checkout_step, steps.step_condition
),

final as (
    select
        periods.period,
        daily.checkout_step,
        daily.step_condition,
        cast(sum(daily.session_count) as bigint) as session_count,
        cast(sum(daily.exit_count) as bigint) as exit_count,
        cast(sum(daily.paid_session_count) as bigint) as paid_session_count
    from {{ ref('dim_periods') }} as periods
    inner join daily
        on periods.start_date <= daily.business_date and periods.end_date > daily.business_date
    group by periods.period, daily.checkout_step, daily.step_condition
)

select * from final
