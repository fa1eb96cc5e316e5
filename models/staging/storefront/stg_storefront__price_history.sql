{{ valid_rows('storefront', 'price_history', ref('base_storefront__price_history')) }}
