{{ config(materialized='incremental', unique_key='membership_id') }}
{{ conform('memberships', keys=['membership_id', 'user_id', 'renewed_from_id']) }}
