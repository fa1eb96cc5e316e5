{{ valid_rows('storefront', 'inventory_moves', ref('base_storefront__inventory_moves')) }}
