{{ valid_rows('storefront', 'purchase_orders', ref('base_storefront__purchase_orders')) }}
