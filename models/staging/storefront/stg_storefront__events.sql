{{ stage_contract('storefront', 'events') }}
