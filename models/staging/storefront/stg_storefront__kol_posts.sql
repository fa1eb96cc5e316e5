{{ valid_rows('storefront', 'kol_posts', ref('base_storefront__kol_posts')) }}
