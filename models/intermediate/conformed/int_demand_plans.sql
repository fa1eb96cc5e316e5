{{ conform('demand_plans', keys=['plan_id', 'sku_id', 'warehouse_id', 'supplier_id', 'buyer_id']) }}
