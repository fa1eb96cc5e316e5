{{ config(materialized='incremental', unique_key='shipment_id') }}
{{ conform('shipments', keys=['shipment_id', 'order_id', 'warehouse_id', 'carrier_id']) }}
