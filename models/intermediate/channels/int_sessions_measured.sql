{{ config(
    materialized='incremental',
    unique_key='visitor_id',
    meta={'changes': 'int_visitors_changed'},
) }}
-- Grain: session. What the events of a session add up to, bots included.
with

events as (
    select
        event_id,
        session_id,
        visitor_id,
        user_id,
        session_started_at,
        occurred_at,
        event_name,
        is_action,
        is_clock_wrong,
        event_number,
        engaged_seconds,
        pause_seconds
    from {{ ref('int_events_sessionised') }}
    {{ where_changed('visitor_id', ref('int_visitors_changed')) }}
),

measured as (
    select
        session_id,
        visitor_id,
        session_started_at as started_at,
        max(occurred_at) as ended_at,
        min_by(event_id, event_number) as landing_event_id,
        -- Whoever signs in first; before that, the visitor is the same person.
        min_by(user_id, event_number) filter (where user_id is not null) as user_id,
        min(user_id) < max(user_id) as has_several_users,
        count(*) as event_count,
        count(*) filter (where is_action) as action_count,
        count(*) filter (where is_clock_wrong) as wrong_clock_event_count,
        count(pause_seconds) as pause_count,
        count(*) filter (where pause_seconds <= {{ var('bot_quick_pause_seconds') }})
            as quick_pause_count,
        count(*) filter (
            where event_name in ('page_view', 'detail_view', 'content_view', 'view_cart')
        ) as page_view_count,
        count(*) filter (where event_name = 'impression') as impression_count,
        count(*) filter (where event_name = 'click') as click_count,
        count(*) filter (where event_name = 'search') as search_count,
        count(*) filter (where event_name = 'detail_view') as detail_view_count,
        count(*) filter (where event_name = 'add_to_cart') as add_to_cart_count,
        count(*) filter (where event_name = 'view_cart') as view_cart_count,
        count(*) filter (where event_name = 'begin_checkout') as begin_checkout_count,
        count(*) filter (where event_name = 'view_shipping') as view_shipping_count,
        count(*) filter (where event_name = 'view_payment') as view_payment_count,
        count(*) filter (where event_name = 'submit_order') as submit_order_count,
        count(*) filter (where event_name = 'pay') as pay_count,
        sum(engaged_seconds) as engaged_seconds
    from events
    group by session_id, visitor_id, session_started_at
),

final as (
    select
        session_id,
        visitor_id,
        user_id,
        landing_event_id,
        {{ business_date('started_at') }} as business_date,
        started_at,
        ended_at,
        coalesce(has_several_users, false) as has_several_users,
        event_count,
        action_count,
        wrong_clock_event_count,
        pause_count,
        quick_pause_count,
        page_view_count,
        impression_count,
        click_count,
        search_count,
        detail_view_count,
        add_to_cart_count,
        view_cart_count,
        begin_checkout_count,
        view_shipping_count,
        view_payment_count,
        submit_order_count,
        pay_count,
        cast(engaged_seconds as decimal(18, 3)) as engaged_seconds
    from measured
)

select * from final
