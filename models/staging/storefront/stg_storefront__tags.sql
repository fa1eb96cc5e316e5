{{ stage_contract('storefront', 'tags') }}
