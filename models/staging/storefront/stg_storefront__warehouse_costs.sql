{{ stage_contract('storefront', 'warehouse_costs') }}
