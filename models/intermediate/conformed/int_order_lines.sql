{{ config(
    materialized='incremental',
    unique_key='order_id',
    meta={'changes': 'int_order_numbers_changed'},
) }}
{{ conform(
    'order_lines',
    keys=[
        'order_line_id', 'order_id', 'sku_id', 'bundle_id', 'promo_id', 'subscription_id',
    ],
    changes=ref('int_order_numbers_changed'),
) }}
