{{ config(
    materialized='incremental',
    unique_key='visitor_id',
    meta={'changes': 'int_visitors_changed'},
) }}
-- Grain: session of a visitor, bots included and marked. Cut by silence only: neither by midnight
-- nor by a new campaign. What a page left open reports by itself is no visit.
with

sessions as (
    select
        session_id,
        visitor_id,
        user_id,
        business_date,
        started_at,
        ended_at,
        has_several_users,
        event_count,
        wrong_clock_event_count,
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
        engaged_seconds
    from {{ ref('int_sessions_measured') }}
    where action_count > 0 {{ where_changed('visitor_id', ref('int_visitors_changed'), 'and') }}
),

landings as (
    select
        session_id,
        campaign_id,
        region_id,
        terminal,
        landing_page_type,
        landing_page_id,
        utm_source,
        utm_medium,
        referrer_host
    from {{ ref('int_session_landings') }}
    {{ where_changed('visitor_id', ref('int_visitors_changed')) }}
),

touches as (
    select
        session_id,
        extra_touch_count
    from {{ ref('int_sessions_retouched') }}
    {{ where_changed('visitor_id', ref('int_visitors_changed')) }}
),

bots as (
    select distinct visitor_id
    from {{ ref('int_bot_flags') }}
    {{ where_changed('visitor_id', ref('int_visitors_changed')) }}
),

final as (
    select
        sessions.session_id,
        sessions.visitor_id,
        sessions.user_id,
        landings.campaign_id,
        landings.region_id,
        sessions.business_date,
        sessions.started_at,
        sessions.ended_at,
        landings.terminal,
        landings.landing_page_type,
        landings.landing_page_id,
        landings.utm_source,
        landings.utm_medium,
        landings.referrer_host,
        bots.visitor_id is not null as is_bot,
        sessions.page_view_count <= 1
        and sessions.click_count = 0
        and sessions.engaged_seconds < {{ var('bounce_seconds') }} as is_bounce,
        sessions.has_several_users,
        sessions.event_count,
        sessions.wrong_clock_event_count,
        sessions.page_view_count,
        sessions.impression_count,
        sessions.click_count,
        sessions.search_count,
        sessions.detail_view_count,
        sessions.add_to_cart_count,
        sessions.view_cart_count,
        sessions.begin_checkout_count,
        sessions.view_shipping_count,
        sessions.view_payment_count,
        sessions.submit_order_count,
        sessions.pay_count,
        coalesce(touches.extra_touch_count, 0) as extra_touch_count,
        sessions.engaged_seconds
    from sessions
    inner join landings on sessions.session_id = landings.session_id
    left join touches on sessions.session_id = touches.session_id
    left join bots on sessions.visitor_id = bots.visitor_id
)

select * from final
