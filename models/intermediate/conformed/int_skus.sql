{{ conform('skus', keys=['sku_id', 'category_id']) }}
