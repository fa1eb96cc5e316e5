{{ valid_rows('storefront', 'refunds', ref('base_storefront__refunds')) }}
