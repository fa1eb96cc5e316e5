{{ stage_contract('storefront', 'refund_lines', row_amount='amount') }}
