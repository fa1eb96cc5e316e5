{{ stage_contract('storefront', 'social_interests') }}
