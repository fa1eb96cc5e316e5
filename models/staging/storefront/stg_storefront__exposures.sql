{{ stage_contract('storefront', 'exposures') }}
