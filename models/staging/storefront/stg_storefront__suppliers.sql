{{ stage_contract('storefront', 'suppliers') }}
