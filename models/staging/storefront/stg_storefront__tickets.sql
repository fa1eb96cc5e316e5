{{ stage_contract('storefront', 'tickets') }}
