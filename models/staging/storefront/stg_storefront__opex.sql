{{ valid_rows('storefront', 'opex', ref('base_storefront__opex')) }}
