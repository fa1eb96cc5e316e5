{{ stage_contract('storefront', 'price_history') }}
