{{ valid_rows('storefront', 'cs_conversations', ref('base_storefront__cs_conversations')) }}
