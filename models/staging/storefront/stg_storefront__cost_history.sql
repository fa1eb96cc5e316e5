{{ valid_rows('storefront', 'cost_history', ref('base_storefront__cost_history')) }}
