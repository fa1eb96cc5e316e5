{{ stage_contract('storefront', 'inventory_daily') }}
