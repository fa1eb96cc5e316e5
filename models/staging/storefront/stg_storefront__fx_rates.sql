{{ valid_rows('storefront', 'fx_rates', ref('base_storefront__fx_rates')) }}
