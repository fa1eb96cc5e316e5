-- Grain: cart episode of a person, over sessions and devices. Counts and quantities add up. Judge
-- abandonment by mature episodes only; a later payment is still possible for the others.
-- Excludes bots.
with

episodes as (
    select * from {{ ref('int_cart_episodes') }}
),

sessions as (
    select
        session_id,
        channel_id
    from {{ ref('fct_sessions') }}
),

unknown as (
    select
        additions.cart_episode_id,
        count(*) as addition_count
    from {{ ref('int_cart_additions') }} as additions
    left join {{ ref('dim_products') }} as products on additions.sku_id = products.sku_id
    where products.sku_id is null
    group by additions.cart_episode_id
),

known as (
    select {{ to_utc('cast(as_of as timestamp)', var('business_tz')) }} as known_until_at
    from {{ ref('int_as_of') }}
),

final as (
    select
        episodes.cart_episode_id,
        episodes.person_id,
        episodes.first_session_id,
        sessions.channel_id,
        episodes.terminal,
        episodes.order_id,
        episodes.first_added_at,
        episodes.last_added_at,
        episodes.paid_at,
        {{ business_date('episodes.first_added_at') }} as business_date,
        episodes.is_abandoned,
        episodes.is_abandoned_late,
        {{ dbt.dateadd('hour', var('cart_payment_hours'), 'episodes.last_added_at') }}
        <= known.known_until_at as is_mature,
        {{ dbt.dateadd('hour', var('cart_late_payment_hours'), 'episodes.last_added_at') }}
        <= known.known_until_at as is_mature_late,
        episodes.session_count,
        episodes.visitor_count,
        episodes.addition_count,
        episodes.sku_count,
        coalesce(unknown.addition_count, 0) as unknown_sku_addition_count,
        episodes.wrong_clock_addition_count,
        episodes.added_quantity
    from episodes
    inner join sessions on episodes.first_session_id = sessions.session_id
    left join unknown on episodes.cart_episode_id = unknown.cart_episode_id
    cross join known
)

select * from final
