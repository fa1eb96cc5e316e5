{{ conform('disposals', keys=['disposal_id', 'sku_id', 'warehouse_id', 'live_session_id']) }}
