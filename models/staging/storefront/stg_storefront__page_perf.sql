{{ stage_contract('storefront', 'page_perf') }}
