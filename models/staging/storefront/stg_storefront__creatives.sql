{{ valid_rows('storefront', 'creatives', ref('base_storefront__creatives')) }}
