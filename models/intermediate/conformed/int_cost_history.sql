{{ conform('cost_history', keys=['sku_id', 'supplier_id']) }}
