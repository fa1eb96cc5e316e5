{{ valid_rows('storefront', 'audiences', ref('base_storefront__audiences')) }}
