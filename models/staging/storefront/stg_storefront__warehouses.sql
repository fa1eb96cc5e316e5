{{ valid_rows('storefront', 'warehouses', ref('base_storefront__warehouses')) }}
