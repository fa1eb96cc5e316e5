{{ valid_rows('storefront', 'experiments', ref('base_storefront__experiments')) }}
