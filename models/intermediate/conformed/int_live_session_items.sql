{{ conform('live_session_items', keys=['live_session_id', 'sku_id']) }}
