{{ valid_rows('storefront', 'search_queries', ref('base_storefront__search_queries')) }}
