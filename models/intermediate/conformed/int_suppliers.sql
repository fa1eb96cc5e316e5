{{ conform('suppliers', keys=['supplier_id']) }}
