{{ stage_contract('storefront', 'warehouses') }}
