{{ conform('price_history', keys=['sku_id']) }}
