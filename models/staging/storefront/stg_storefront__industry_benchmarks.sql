{{ stage_contract('storefront', 'industry_benchmarks') }}
