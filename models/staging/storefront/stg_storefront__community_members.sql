{{ valid_rows('storefront', 'community_members', ref('base_storefront__community_members')) }}
