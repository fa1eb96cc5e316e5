{{ stage_contract('storefront', 'audiences') }}
