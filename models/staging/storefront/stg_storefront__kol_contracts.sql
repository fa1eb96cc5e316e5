{{ stage_contract('storefront', 'kol_contracts') }}
