{{ conform('inventory_daily', keys=['sku_id', 'warehouse_id']) }}
