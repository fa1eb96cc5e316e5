{{ valid_rows('storefront', 'cs_messages', ref('base_storefront__cs_messages')) }}
