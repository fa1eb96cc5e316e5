{{ config(materialized='view') }}
with

refunds as (
    {{ valid_rows_of_shops(
        'storefront', 'refunds', ref('base_storefront__refunds'),
        ref('stg_storefront__shared_order_numbers'),
        'refund_id'
    ) }}
),

final as (
    select
        refund_id,
        order_id,
        user_id,
        refund_type,
        status,
        reason_code,
        handled_by,
        carrier_id,
        requested_at,
        approved_at,
        pickup_at,
        received_at,
        refunded_at,
        is_damaged,
        is_lost,
        currency_code,
        amount,
        shipping_refund,
        return_freight_cost,
        _source_file,
        _source_row
    from refunds
)

select * from final
