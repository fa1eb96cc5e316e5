{{ valid_rows('storefront', 'outreach', ref('base_storefront__outreach')) }}
