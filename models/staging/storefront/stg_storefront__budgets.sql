{{ valid_rows('storefront', 'budgets', ref('base_storefront__budgets')) }}
