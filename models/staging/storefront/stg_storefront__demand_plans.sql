{{ stage_contract('storefront', 'demand_plans') }}
