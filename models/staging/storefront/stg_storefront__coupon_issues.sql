{{ stage_contract('storefront', 'coupon_issues') }}
