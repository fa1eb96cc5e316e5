{{ config(materialized='incremental', unique_key='payment_id') }}
{{ conform('payments', keys=['payment_id', 'order_id', 'user_id']) }}
