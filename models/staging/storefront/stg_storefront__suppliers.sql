{{ valid_rows('storefront', 'suppliers', ref('base_storefront__suppliers')) }}
