{{ stage_contract('storefront', 'coupons') }}
