{{ valid_rows('storefront', 'transfers', ref('base_storefront__transfers')) }}
