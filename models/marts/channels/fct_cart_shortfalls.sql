-- Grain: cart episode that lacked something to free shipping while it was seen, prompted or not.
-- Counts of episodes add up. Excludes bots, and carts of which no event tells what they lack.
with

episodes as (
    select
        *,
        lead(first_added_at) over (partition by person_id order by first_added_at)
            as next_added_at
    from {{ ref('fct_cart_episodes') }}
),

gaps as (
    select
        events.event_id,
        owners.person_id,
        events.occurred_at,
        events.event_name = 'free_shipping_prompt' as is_prompt,
        events.cart_amount,
        events.free_shipping_gap
    from {{ ref('int_cart_events') }} as events
    inner join {{ ref('int_session_owners') }} as owners on events.session_id = owners.session_id
    where events.free_shipping_gap is not null and not owners.is_bot
),

-- What is shown after the last addition belongs to that cart until it counts as abandoned.
matched as (
    select
        episodes.cart_episode_id,
        gaps.event_id,
        gaps.occurred_at,
        gaps.is_prompt,
        gaps.cart_amount,
        gaps.free_shipping_gap
    from episodes
    inner join gaps
        on
            episodes.person_id = gaps.person_id
            and episodes.first_added_at <= gaps.occurred_at
            and {{ dbt.dateadd('hour', var('cart_payment_hours'), 'episodes.last_added_at') }}
            > gaps.occurred_at
            and (
                episodes.next_added_at > gaps.occurred_at
                or episodes.next_added_at is null
            )
),

-- A prompted cart is judged from its first prompt on, another from when it first fell short.
ranked as (
    select
        *,
        row_number() over (
            partition by cart_episode_id
            order by case when is_prompt then 0 else 1 end, occurred_at, event_id
        ) as place
    from matched
    where free_shipping_gap > 0
),

reached as (
    select
        cart_episode_id,
        max(occurred_at) as reached_at
    from matched
    where free_shipping_gap <= 0
    group by cart_episode_id
),

orders as (
    select
        order_id,
        gmv_paid_amount
    from {{ ref('fct_orders') }}
),

final as (
    select
        episodes.cart_episode_id,
        episodes.person_id,
        ranked.occurred_at as shown_at,
        episodes.business_date,
        ranked.is_prompt as is_prompted,
        ranked.free_shipping_gap <= {{ var('free_shipping_near_amount') }} as is_near,
        coalesce(
            reached.reached_at > ranked.occurred_at
            or (
                not episodes.is_abandoned
                and episodes.paid_at >= ranked.occurred_at
                and orders.gmv_paid_amount >= ranked.cart_amount + ranked.free_shipping_gap
            ), false
        ) as is_topped_up,
        episodes.is_mature,
        ranked.cart_amount,
        ranked.free_shipping_gap as shortfall_amount
    from ranked
    inner join episodes on ranked.cart_episode_id = episodes.cart_episode_id
    left join reached on ranked.cart_episode_id = reached.cart_episode_id
    left join orders on episodes.order_id = orders.order_id
    where ranked.place = 1
)

select * from final
