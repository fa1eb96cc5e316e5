select
    order_line_id,
    order_id,
    sku,
    cast(quantity * unit_price as decimal(18, 2)) as gmv_paid_amount
from {{ ref('int_order_lines') }}
