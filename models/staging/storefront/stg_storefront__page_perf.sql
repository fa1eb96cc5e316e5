{{ valid_rows('storefront', 'page_perf', ref('base_storefront__page_perf')) }}
