{{ config(materialized='incremental', unique_key='order_id') }}
{{ conform('orders', keys=['order_id', 'customer_id']) }}
