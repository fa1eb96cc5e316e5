{{ config(materialized='incremental', unique_key='transfer_id') }}
{{ conform('transfers', keys=['transfer_id', 'sku_id', 'from_warehouse_id', 'to_warehouse_id']) }}
