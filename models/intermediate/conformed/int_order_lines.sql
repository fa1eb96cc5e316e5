{{ config(materialized='incremental', unique_key='order_id') }}
{{ conform(
    'order_lines',
    keys=[
        'order_line_id', 'order_id', 'sku_id', 'bundle_id', 'promo_id', 'subscription_id',
    ],
) }}
