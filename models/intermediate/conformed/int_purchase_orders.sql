{{ config(materialized='incremental', unique_key='po_id') }}
{{ conform(
    'purchase_orders',
    keys=[
        'po_id', 'supplier_id', 'sku_id', 'warehouse_id', 'buyer_id', 'plan_id',
    ],
) }}
