{{ config(materialized='view') }}
select
    order_id || '-' || line_number as order_line_id,
    order_id,
    sku,
    quantity,
    unit_price,
    _loaded_at
from ({{ valid_rows('corner_shop', 'order_lines', ref('base_corner_shop__order_lines')) }})
