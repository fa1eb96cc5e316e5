{{ valid_rows('storefront', 'spus', ref('base_storefront__spus')) }}
