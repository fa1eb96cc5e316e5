{{ valid_rows('storefront', 'communities', ref('base_storefront__communities')) }}
