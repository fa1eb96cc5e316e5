{{ config(
    materialized='incremental',
    unique_key='order_id',
    meta={'changes': 'int_order_numbers_changed'},
) }}
{{ conform(
    'orders',
    keys=[
        'order_id', 'user_id', 'visitor_id', 'open_id', 'shop_id', 'campaign_id',
        'live_session_id', 'group_id', 'warehouse_id',
    ],
    changes=ref('int_order_numbers_changed'),
) }}
