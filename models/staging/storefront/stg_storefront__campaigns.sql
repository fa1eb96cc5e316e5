{{ valid_rows('storefront', 'campaigns', ref('base_storefront__campaigns')) }}
