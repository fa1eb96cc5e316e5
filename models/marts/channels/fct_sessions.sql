{{ config(
    materialized='incremental',
    unique_key='visitor_id',
    meta={'changes': 'int_session_owners_changed'},
) }}
-- Grain: session of a visitor. Counts and seconds add up over sessions; persons and visitors do not
-- add up over days. Includes bots, marked by is_bot: leave them out of every figure about people.
with

sessions as (
    select * from {{ ref('int_sessions') }}
    {{ where_changed('visitor_id', ref('int_session_owners_changed')) }}
),

owners as (
    select
        session_id,
        person_id
    from {{ ref('int_session_owners') }}
    {{ where_changed('visitor_id', ref('int_session_owners_changed')) }}
),

mediums as (
    select
        utm_medium,
        channel_id
    from {{ ref('utm_mediums') }}
),

final as (
    select
        sessions.session_id,
        sessions.visitor_id,
        owners.person_id,
        case
            when mediums.channel_id is not null then mediums.channel_id
            when
                coalesce(
                    sessions.utm_medium, sessions.utm_source,
                    sessions.referrer_host, sessions.campaign_id
                ) is null
                then 'direct'
            else 'other'
        end as channel_id,
        sessions.campaign_id,
        sessions.region_id,
        coalesce(sessions.terminal, 'unknown') as terminal,
        sessions.started_at,
        sessions.ended_at,
        sessions.business_date,
        {{ business_date('sessions.ended_at') }} as last_business_date,
        sessions.landing_page_type,
        sessions.landing_page_id,
        sessions.is_bot,
        sessions.is_bounce,
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
        sessions.submit_order_count,
        sessions.pay_count,
        sessions.extra_touch_count,
        sessions.engaged_seconds
    from sessions
    inner join owners on sessions.session_id = owners.session_id
    left join mediums on sessions.utm_medium = mediums.utm_medium
)

select * from final
