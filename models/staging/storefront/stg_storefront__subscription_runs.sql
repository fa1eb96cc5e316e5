{{ valid_rows('storefront', 'subscription_runs', ref('base_storefront__subscription_runs')) }}
