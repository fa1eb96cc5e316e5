{{ stage_contract('storefront', 'keywords') }}
