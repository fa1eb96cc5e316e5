{{ stage_contract('storefront', 'rec_impressions') }}
