{{ valid_rows('storefront', 'tickets', ref('base_storefront__tickets')) }}
