{{ stage_contract('storefront', 'headcount') }}
