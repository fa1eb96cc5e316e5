{{ config(materialized='incremental', unique_key='benefit_use_id') }}
{{ conform('benefit_uses', keys=['benefit_use_id', 'user_id', 'membership_id', 'order_id']) }}
