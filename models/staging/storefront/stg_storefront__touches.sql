{{ stage_contract('storefront', 'touches') }}
