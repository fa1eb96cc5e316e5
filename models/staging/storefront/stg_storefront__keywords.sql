{{ valid_rows('storefront', 'keywords', ref('base_storefront__keywords')) }}
