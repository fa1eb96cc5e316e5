{{ stage_contract('storefront', 'targets') }}
