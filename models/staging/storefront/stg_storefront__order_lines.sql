{{ config(materialized='view') }}
-- A line has no id of its own: its order and number name it.
with

valid as (
    {{ valid_rows_of_shops(
        'storefront', 'order_lines', ref('base_storefront__order_lines'),
        ref('stg_storefront__shared_order_numbers')
    ) }}
),

final as (
    select
        concat(order_id, '-', line_no) as order_line_id,
        order_id,
        line_no,
        sku_id,
        bundle_id,
        promo_id,
        subscription_id,
        is_gift,
        quantity,
        list_price,
        unit_price,
        line_discount,
        _loaded_at,
        _source_file,
        _source_row
    from valid
)

select * from final
