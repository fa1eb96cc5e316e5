{{ stage_contract('storefront', 'community_messages') }}
