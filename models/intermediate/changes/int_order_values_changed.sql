-- Grain: order x build in which it, what was paid back of it or its credited channel changed.
with

final as (
    select
        order_id,
        changed_in_build
    from {{ ref('int_orders_changed') }}
    union
    select
        order_id,
        changed_in_build
    from {{ changed_keys('int_refund_lines_dated', 'order_id') }}
    union
    select
        order_id,
        changed_in_build
    from {{ changed_keys('int_orders_attributed', 'order_id') }}
)

select * from final
