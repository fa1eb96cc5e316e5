{{ stage_contract('storefront', 'experiments') }}
