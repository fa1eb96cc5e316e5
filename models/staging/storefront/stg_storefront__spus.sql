{{ stage_contract('storefront', 'spus') }}
