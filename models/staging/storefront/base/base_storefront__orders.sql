{{ stage_contract('storefront', 'orders') }}
