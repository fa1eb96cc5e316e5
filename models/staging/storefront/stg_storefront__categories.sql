{{ valid_rows('storefront', 'categories', ref('base_storefront__categories')) }}
