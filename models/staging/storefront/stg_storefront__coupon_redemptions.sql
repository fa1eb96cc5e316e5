{{ valid_rows('storefront', 'coupon_redemptions', ref('base_storefront__coupon_redemptions')) }}
