{{ valid_rows('storefront', 'headcount', ref('base_storefront__headcount')) }}
