{{ conform('inventory_moves', keys=['move_id', 'sku_id', 'warehouse_id']) }}
