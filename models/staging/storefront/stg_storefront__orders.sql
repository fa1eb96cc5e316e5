{{ valid_rows('storefront', 'orders', ref('base_storefront__orders')) }}
