{{ config(materialized='incremental', unique_key='user_id') }}
{{ conform('users', keys=['user_id', 'register_group_id', 'invited_by_user_id']) }}
