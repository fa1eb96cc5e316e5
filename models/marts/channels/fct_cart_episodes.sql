-- Grain: cart episode of a person, over sessions and devices. Counts and quantities add up. Judge
-- abandonment by mature episodes only; a later payment is still possible for the others.
-- Excludes bots.
with

additions as (
    select
        *,
        row_number() over (partition by cart_episode_id order by occurred_at, event_id)
            as addition_number
    from {{ ref('int_cart_additions') }}
),

products as (
    select sku_id
    from {{ ref('dim_products') }}
),

sessions as (
    select
        session_id,
        channel_id
    from {{ ref('fct_sessions') }}
),

payments as (
    select
        order_id,
        person_id,
        sku_id,
        paid_at
    from {{ ref('int_order_lines_allocated') }}
    where paid_at is not null and not is_gift
),

episodes as (
    select
        additions.cart_episode_id,
        additions.person_id,
        min_by(additions.session_id, additions.addition_number) as first_session_id,
        min_by(additions.terminal, additions.addition_number) as terminal,
        min(additions.occurred_at) as first_added_at,
        max(additions.occurred_at) as last_added_at,
        count(distinct additions.session_id) as session_count,
        count(distinct additions.visitor_id) as visitor_count,
        count(*) as addition_count,
        count(distinct additions.sku_id) as sku_count,
        count(*) filter (where products.sku_id is null) as unknown_sku_addition_count,
        count(*) filter (where additions.is_clock_wrong) as wrong_clock_addition_count,
        cast(sum(additions.quantity) as bigint) as added_quantity
    from additions
    left join products on additions.sku_id = products.sku_id
    group by additions.cart_episode_id, additions.person_id
),

items as (
    select
        cart_episode_id,
        sku_id,
        min(occurred_at) as first_added_at
    from additions
    group by cart_episode_id, sku_id
),

paid as (
    select
        episodes.cart_episode_id,
        payments.order_id,
        payments.paid_at,
        row_number() over (
            partition by episodes.cart_episode_id order by payments.paid_at, payments.order_id
        ) as payment_number
    from episodes
    inner join items on episodes.cart_episode_id = items.cart_episode_id
    inner join payments
        on
            episodes.person_id = payments.person_id
            and items.sku_id = payments.sku_id
            and items.first_added_at <= payments.paid_at
            and {{ dbt.dateadd('hour', var('cart_late_payment_hours'), 'episodes.last_added_at') }}
            > payments.paid_at
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
        paid.order_id,
        episodes.first_added_at,
        episodes.last_added_at,
        paid.paid_at,
        {{ business_date('episodes.first_added_at') }} as business_date,
        paid.paid_at is null
        or paid.paid_at
        >= {{ dbt.dateadd('hour', var('cart_payment_hours'), 'episodes.last_added_at') }}
            as is_abandoned,
        paid.paid_at is null as is_abandoned_late,
        {{ dbt.dateadd('hour', var('cart_payment_hours'), 'episodes.last_added_at') }}
        <= known.known_until_at as is_mature,
        {{ dbt.dateadd('hour', var('cart_late_payment_hours'), 'episodes.last_added_at') }}
        <= known.known_until_at as is_mature_late,
        episodes.session_count,
        episodes.visitor_count,
        episodes.addition_count,
        episodes.sku_count,
        episodes.unknown_sku_addition_count,
        episodes.wrong_clock_addition_count,
        episodes.added_quantity
    from episodes
    inner join sessions on episodes.first_session_id = sessions.session_id
    left join paid
        on episodes.cart_episode_id = paid.cart_episode_id and paid.payment_number = 1
    cross join known
)

select * from final
