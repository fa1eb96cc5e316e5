{{ valid_rows('storefront', 'rec_impressions', ref('base_storefront__rec_impressions')) }}
