{{ config(materialized='view') }}
-- Grain: account that the shop delivers or, of a system that delivers none, that its orders name.
with

users as (
    select
        user_id,
        source_system,
        region_id,
        registered_at
    from {{ ref('int_users') }}
),

-- The latest order says where the buyer lives.
named as (
    select
        user_id,
        source_system,
        region_id,
        row_number() over (
            partition by user_id
            order by placed_at desc, order_id desc
        ) as recency_rank
    from {{ ref('int_orders') }}
    where
        user_id is not null
        and not is_test
        and source_system not in (select users.source_system from users)
),

final as (
    select
        user_id,
        source_system,
        region_id,
        registered_at
    from users
    union all
    select
        user_id,
        source_system,
        region_id,
        cast(null as timestamp) as registered_at
    from named
    where recency_rank = 1
)

select * from final
