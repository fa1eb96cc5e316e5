{{ config(materialized='incremental', unique_key='exposure_id') }}
{{ conform('exposures', keys=['exposure_id', 'experiment_id', 'visitor_id', 'user_id', 'sku_id']) }}
