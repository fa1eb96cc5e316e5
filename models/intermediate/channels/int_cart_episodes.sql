{{ config(
    materialized='incremental',
    unique_key='person_id',
    meta={'changes': 'int_persons_changed'},
) }}
-- Grain: cart episode of a person, over sessions and devices, with the order that first paid
-- something of it. Excludes bots.
with

additions as (
    select
        *,
        row_number() over (partition by cart_episode_id order by occurred_at, event_id)
            as addition_number
    from {{ ref('int_cart_additions') }}
    {{ where_changed('person_id', ref('int_persons_changed')) }}
),

payments as (
    select
        order_id,
        person_id,
        sku_id,
        paid_at
    from {{ ref('int_order_lines_allocated') }}
    where
        paid_at is not null and not is_gift
        {{ where_changed('person_id', ref('int_persons_changed'), 'and') }}
),

episodes as (
    select
        cart_episode_id,
        person_id,
        min_by(session_id, addition_number) as first_session_id,
        min_by(terminal, addition_number) as terminal,
        min(occurred_at) as first_added_at,
        max(occurred_at) as last_added_at,
        count(distinct session_id) as session_count,
        count(distinct visitor_id) as visitor_count,
        count(*) as addition_count,
        count(distinct sku_id) as sku_count,
        count(*) filter (where is_clock_wrong) as wrong_clock_addition_count,
        cast(sum(quantity) as bigint) as added_quantity
    from additions
    group by cart_episode_id, person_id
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

final as (
    select
        episodes.cart_episode_id,
        episodes.person_id,
        episodes.first_session_id,
        episodes.terminal,
        paid.order_id,
        episodes.first_added_at,
        episodes.last_added_at,
        paid.paid_at,
        paid.paid_at is null
        or paid.paid_at
        >= {{ dbt.dateadd('hour', var('cart_payment_hours'), 'episodes.last_added_at') }}
            as is_abandoned,
        paid.paid_at is null as is_abandoned_late,
        episodes.session_count,
        episodes.visitor_count,
        episodes.addition_count,
        episodes.sku_count,
        episodes.wrong_clock_addition_count,
        episodes.added_quantity
    from episodes
    left join paid
        on episodes.cart_episode_id = paid.cart_episode_id and paid.payment_number = 1
)

select * from final
