{{ valid_rows('storefront', 'points_ledger', ref('base_storefront__points_ledger')) }}
