{{ valid_rows('corner_shop', 'orders', ref('base_corner_shop__orders')) }}
