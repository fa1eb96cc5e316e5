-- Grain: order x build in which it, a line of it or a product in it changed.
with

skus as (
    select
        sku_id,
        changed_in_build
    from {{ changed_keys('skus', 'sku_id') }}
),

lines as (
    select
        order_id,
        sku_id
    from {{ ref('int_order_lines') }}
),

final as (
    select
        order_id,
        changed_in_build
    from {{ changed_keys('int_orders_converted', 'order_id') }}
    union
    select
        order_id,
        changed_in_build
    from {{ changed_keys('order_lines', 'order_id') }}
    union
    select
        order_id,
        changed_in_build
    from {{ changed_keys('int_order_lines_assumed', 'order_id') }}
    union
    select
        lines.order_id,
        skus.changed_in_build
    from skus
    inner join lines on skus.sku_id = lines.sku_id
)

select * from final
