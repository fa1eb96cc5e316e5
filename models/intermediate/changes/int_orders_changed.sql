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

numbers as (
    select
        order_id as order_number,
        changed_in_build
    from {{ changed_keys('order_lines', 'order_id') }}
),

final as (
    select
        order_id,
        changed_in_build
    from {{ changed_keys('int_orders_converted', 'order_id') }}
    union
    select
        order_number as order_id,
        changed_in_build
    from numbers
    union
    select
        shared.order_id,
        numbers.changed_in_build
    from numbers
    inner join {{ ref('int_shared_order_numbers') }} as shared
        on numbers.order_number = shared.order_number
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
