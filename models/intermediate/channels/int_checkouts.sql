{{ config(
    materialized='incremental',
    unique_key='visitor_id',
    meta={'changes': 'int_visitors_changed'},
) }}
-- Grain: session in which a checkout began. Which of its steps were seen, with what on them, and
-- whether anything followed each.
with

sessionised as (
    select
        event_id,
        session_id,
        visitor_id,
        event_name,
        event_number
    from {{ ref('int_events_sessionised') }}
    where
        event_name in ('begin_checkout', 'view_shipping', 'view_payment', 'submit_order', 'pay')
        {{ where_changed('visitor_id', ref('int_visitors_changed'), 'and') }}
),

details as (
    select
        event_id,
        freight_shown,
        payment_methods
    from {{ ref('int_events') }}
    where
        event_name in ('view_shipping', 'view_payment')
        {{ where_changed('visitor_id', ref('int_visitors_changed'), 'and') }}
),

checkouts as (
    select
        sessionised.session_id,
        sessionised.visitor_id,
        min(
            case when sessionised.event_name = 'begin_checkout' then sessionised.event_number end
        ) as began,
        min(
            case when sessionised.event_name = 'view_shipping' then sessionised.event_number end
        ) as saw_shipping,
        min(
            case when sessionised.event_name = 'view_payment' then sessionised.event_number end
        ) as saw_payment,
        max(sessionised.event_number) as ended,
        max(
            case
                when sessionised.event_name in ('view_payment', 'submit_order', 'pay')
                    then sessionised.event_number
            end
        ) as went_past_shipping,
        max(
            case
                when sessionised.event_name in ('submit_order', 'pay')
                    then sessionised.event_number
            end
        ) as went_past_payment,
        max(case when sessionised.event_name = 'pay' then sessionised.event_number end)
            as paid,
        min_by(details.freight_shown, sessionised.event_number) filter (
            where details.freight_shown is not null
        ) as freight_amount,
        min_by(details.payment_methods, sessionised.event_number) filter (
            where details.payment_methods is not null
        ) as payment_methods
    from sessionised
    left join details on sessionised.event_id = details.event_id
    group by sessionised.session_id, sessionised.visitor_id
),

final as (
    select
        session_id,
        visitor_id,
        payment_methods,
        ended > began as is_continued,
        saw_shipping is not null as is_shipping_seen,
        coalesce(went_past_shipping > saw_shipping, false) as is_shipping_passed,
        saw_payment is not null as is_payment_seen,
        coalesce(went_past_payment > saw_payment, false) as is_payment_passed,
        coalesce(paid > began, false) as is_paid,
        freight_amount
    from checkouts
    where began is not null
)

select * from final
