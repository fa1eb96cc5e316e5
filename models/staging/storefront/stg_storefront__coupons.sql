{{ valid_rows('storefront', 'coupons', ref('base_storefront__coupons')) }}
