{{ valid_rows('storefront', 'warehouse_costs', ref('base_storefront__warehouse_costs')) }}
