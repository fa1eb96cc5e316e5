{{ valid_rows('storefront', 'payments', ref('base_storefront__payments')) }}
