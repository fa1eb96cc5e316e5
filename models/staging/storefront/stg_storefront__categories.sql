{{ stage_contract('storefront', 'categories') }}
