{{ conform('industry_benchmarks', keys=['benchmark_id', 'category_id']) }}
