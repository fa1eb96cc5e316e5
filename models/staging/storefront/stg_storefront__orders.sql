{{ config(materialized='view') }}
with

orders as (
    {{ valid_rows_of_shops(
        'storefront', 'orders', ref('base_storefront__orders'),
        ref('stg_storefront__shared_order_numbers')
    ) }}
),

final as (
    select
        order_id,
        user_id,
        visitor_id,
        open_id,
        shop_id,
        platform,
        channel_id,
        terminal,
        campaign_id,
        utm_source,
        utm_medium,
        promo_code,
        live_session_id,
        group_id,
        warehouse_id,
        region_id,
        receiver_city,
        status,
        cancel_reason,
        placed_at,
        deposit_paid_at,
        paid_at,
        cancelled_at,
        completed_at,
        is_presale,
        is_test,
        currency_code,
        order_discount,
        shipping_fee,
        tax,
        _source_file,
        _source_row
    from orders
)

select * from final
