{{ stage_contract('storefront', 'bundles') }}
