{{ stage_contract('storefront', 'transfers') }}
