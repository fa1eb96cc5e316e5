{{ valid_rows('storefront', 'exposures', ref('base_storefront__exposures')) }}
