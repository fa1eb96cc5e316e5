{{ valid_rows('storefront', 'ad_spend', ref('base_storefront__ad_spend')) }}
