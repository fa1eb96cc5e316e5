{{ valid_rows('storefront', 'industry_benchmarks', ref('base_storefront__industry_benchmarks')) }}
