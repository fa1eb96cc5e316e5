{{ stage_contract('storefront', 'search_queries') }}
