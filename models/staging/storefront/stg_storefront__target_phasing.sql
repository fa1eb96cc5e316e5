{{ valid_rows('storefront', 'target_phasing', ref('base_storefront__target_phasing')) }}
