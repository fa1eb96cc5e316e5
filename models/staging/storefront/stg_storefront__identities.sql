{{ valid_rows('storefront', 'identities', ref('base_storefront__identities')) }}
