{{ valid_rows('storefront', 'coupon_issues', ref('base_storefront__coupon_issues')) }}
