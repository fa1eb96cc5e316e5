{{ valid_rows('storefront', 'demand_plans', ref('base_storefront__demand_plans')) }}
