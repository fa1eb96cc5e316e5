{{ valid_rows('storefront', 'community_messages', ref('base_storefront__community_messages')) }}
