{{ valid_rows('storefront', 'skus', ref('base_storefront__skus')) }}
