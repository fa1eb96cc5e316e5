{{ valid_rows('storefront', 'benefit_uses', ref('base_storefront__benefit_uses')) }}
