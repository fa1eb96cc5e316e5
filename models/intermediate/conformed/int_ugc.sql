{{ conform('ugc', keys=['ugc_id', 'user_id', 'order_id', 'sku_id']) }}
