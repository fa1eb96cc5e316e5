{{ valid_rows('storefront', 'tags', ref('base_storefront__tags')) }}
