{{ config(
    materialized='incremental',
    unique_key='order_id',
    meta={'changes': 'int_order_numbers_changed'},
) }}
{{ conform(
    'payments',
    keys=['payment_id', 'order_id', 'user_id'],
    changes=ref('int_order_numbers_changed'),
) }}
