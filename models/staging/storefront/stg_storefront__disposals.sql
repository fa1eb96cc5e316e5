{{ stage_contract('storefront', 'disposals') }}
