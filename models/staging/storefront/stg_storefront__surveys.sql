{{ valid_rows('storefront', 'surveys', ref('base_storefront__surveys')) }}
