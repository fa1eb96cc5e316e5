{{ stage_contract('storefront', 'cost_history') }}
