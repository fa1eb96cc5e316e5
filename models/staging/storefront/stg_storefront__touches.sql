{{ valid_rows('storefront', 'touches', ref('base_storefront__touches')) }}
