{{ conform('warehouses', keys=['warehouse_id']) }}
