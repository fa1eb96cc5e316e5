{{ stage_contract('storefront', 'outreach') }}
