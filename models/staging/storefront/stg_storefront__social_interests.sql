{{ valid_rows('storefront', 'social_interests', ref('base_storefront__social_interests')) }}
