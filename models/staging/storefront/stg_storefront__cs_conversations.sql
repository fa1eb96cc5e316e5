{{ stage_contract('storefront', 'cs_conversations') }}
