{{ conform('forecasts', keys=['sku_id', 'warehouse_id']) }}
