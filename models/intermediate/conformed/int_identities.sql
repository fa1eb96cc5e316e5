{{ config(materialized='incremental', unique_key='identity_id') }}
{{ conform('identities', keys=['identity_id', 'user_id', 'visitor_id', 'device_id', 'open_id']) }}
