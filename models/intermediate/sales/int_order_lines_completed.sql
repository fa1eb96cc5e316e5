{{ config(materialized='view') }}
-- Grain: order line, delivered or, of an order that has none, assumed.
with

final as (
    select
        order_line_id,
        source_system,
        order_id,
        sku_id,
        promo_id,
        is_gift,
        quantity,
        list_price,
        unit_price,
        line_discount,
        false as is_assumed
    from {{ ref('int_order_lines') }}
    union all
    select
        order_line_id,
        source_system,
        order_id,
        sku_id,
        promo_id,
        is_gift,
        quantity,
        list_price,
        unit_price,
        line_discount,
        true as is_assumed
    from {{ ref('int_order_lines_assumed') }}
)

select * from final
