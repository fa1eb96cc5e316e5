{{ stage_contract('storefront', 'creatives') }}
