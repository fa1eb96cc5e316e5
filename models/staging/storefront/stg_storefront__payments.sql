{{ config(materialized='view') }}
with

payments as (
    {{ valid_rows_of_shops(
        'storefront', 'payments', ref('base_storefront__payments'),
        ref('stg_storefront__shared_order_numbers'),
        'payment_id'
    ) }}
),

final as (
    select
        payment_id,
        order_id,
        user_id,
        payment_kind,
        method,
        status,
        fail_reason,
        attempted_at,
        succeeded_at,
        currency_code,
        amount,
        fx_rate,
        _source_file,
        _source_row
    from payments
)

select * from final
