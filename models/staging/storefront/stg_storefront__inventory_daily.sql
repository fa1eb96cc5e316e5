{{ valid_rows('storefront', 'inventory_daily', ref('base_storefront__inventory_daily')) }}
