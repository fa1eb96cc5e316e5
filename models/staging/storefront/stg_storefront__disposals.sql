{{ valid_rows('storefront', 'disposals', ref('base_storefront__disposals')) }}
