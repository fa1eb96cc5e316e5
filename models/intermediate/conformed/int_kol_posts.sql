{{ conform('kol_posts', keys=['post_id', 'contract_id', 'kol_id', 'sku_id']) }}
