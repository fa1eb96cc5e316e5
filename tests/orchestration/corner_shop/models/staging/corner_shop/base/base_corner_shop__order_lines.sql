{{ stage_contract('corner_shop', 'order_lines', row_class="'sale'", row_amount='quantity * unit_price') }}
