{{ valid_rows('storefront', 'ugc', ref('base_storefront__ugc')) }}
