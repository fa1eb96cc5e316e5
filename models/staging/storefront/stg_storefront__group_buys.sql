{{ valid_rows('storefront', 'group_buys', ref('base_storefront__group_buys')) }}
