{{ stage_contract('storefront', 'ugc') }}
