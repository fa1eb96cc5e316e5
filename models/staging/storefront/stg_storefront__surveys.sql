{{ stage_contract('storefront', 'surveys') }}
