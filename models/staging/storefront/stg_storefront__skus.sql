{{ stage_contract('storefront', 'skus') }}
