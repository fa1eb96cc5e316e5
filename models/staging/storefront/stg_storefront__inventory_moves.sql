{{ stage_contract('storefront', 'inventory_moves') }}
