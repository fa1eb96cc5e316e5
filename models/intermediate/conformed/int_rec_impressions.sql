{{ conform('rec_impressions', keys=['rec_id', 'visitor_id', 'user_id', 'sku_id']) }}
