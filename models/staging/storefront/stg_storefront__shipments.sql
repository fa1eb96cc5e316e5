{{ valid_rows('storefront', 'shipments', ref('base_storefront__shipments')) }}
