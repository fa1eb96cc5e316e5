{{ stage_contract('storefront', 'memberships') }}
