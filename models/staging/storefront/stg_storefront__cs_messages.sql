{{ stage_contract('storefront', 'cs_messages') }}
