{{ stage_contract('storefront', 'coupon_redemptions', row_amount='discount') }}
