{{ stage_contract('storefront', 'communities') }}
