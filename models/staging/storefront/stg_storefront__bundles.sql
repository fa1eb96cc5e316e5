{{ valid_rows('storefront', 'bundles', ref('base_storefront__bundles')) }}
