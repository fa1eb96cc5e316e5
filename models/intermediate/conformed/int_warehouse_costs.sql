{{ conform('warehouse_costs', keys=['warehouse_id']) }}
