{{ stage_contract(
    'storefront',
    'order_lines',
    row_amount='unit_price * quantity - line_discount',
) }}
