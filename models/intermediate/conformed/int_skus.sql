{{ conform('skus', keys=['sku_id', 'spu_id', 'category_id', 'brand_id', 'supplier_id']) }}
