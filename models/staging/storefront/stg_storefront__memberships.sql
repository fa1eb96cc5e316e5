{{ valid_rows('storefront', 'memberships', ref('base_storefront__memberships')) }}
