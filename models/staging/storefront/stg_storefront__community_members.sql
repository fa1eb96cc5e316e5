{{ stage_contract('storefront', 'community_members') }}
