{{ stage_contract('storefront', 'users') }}
