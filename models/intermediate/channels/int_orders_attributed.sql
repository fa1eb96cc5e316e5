{{ config(
    materialized='incremental',
    unique_key='order_id',
    meta={'changed_key': 'order_id', 'key_name': "'order_id'"},
) }}
-- Grain: order, with the last touch that is not direct in the days before it was placed, whichever
-- browser or account the person used then. Excludes test orders.
with

orders as (
    select
        order_id,
        source_system,
        person_id,
        placed_at
    from {{ ref('int_orders_converted') }}
),

touches as (
    select
        touch_id,
        source_system,
        visitor_id,
        user_id,
        channel_id,
        touched_at
    from {{ ref('int_touches') }}
    -- Only these bring somebody in; an advertisement seen or a message received does not.
    where touch_type in ('visit', 'click')
),

-- A system tells from its first touch on where orders come from; before, or without, nobody knows.
told_since as (
    select
        source_system,
        min(touched_at) as first_touched_at
    from touches
    group by source_system
),

owned as (
    select
        touches.touch_id,
        touches.channel_id,
        touches.touched_at,
        coalesce(accounts.person_id, browsers.person_id) as person_id
    from touches
    {{ join_persons('touches', ref('int_person_identifiers')) }}
    where touches.channel_id != 'direct'
),

ranked as (
    select
        orders.order_id,
        owned.touch_id,
        owned.channel_id,
        owned.touched_at,
        row_number() over (
            partition by orders.order_id order by owned.touched_at desc, owned.touch_id desc
        ) as recency
    from orders
    inner join owned
        on
            orders.person_id = owned.person_id
            and orders.placed_at > owned.touched_at
            and orders.placed_at
            <= {{ dbt.dateadd('hour', 24 * var('attribution_days'), 'owned.touched_at') }}
),

final as (
    select
        orders.order_id,
        ranked.touch_id,
        ranked.touched_at,
        case
            when ranked.channel_id is not null then ranked.channel_id
            when orders.person_id is not null and told_since.first_touched_at < orders.placed_at
                then 'direct'
            else 'unknown'
        end as attributed_channel_id
    from orders
    left join ranked on orders.order_id = ranked.order_id and ranked.recency = 1
    left join told_since on orders.source_system = told_since.source_system
)

select * from final
