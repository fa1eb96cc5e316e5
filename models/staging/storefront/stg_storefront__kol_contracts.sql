{{ valid_rows('storefront', 'kol_contracts', ref('base_storefront__kol_contracts')) }}
