{{ stage_contract('storefront', 'opex', row_amount='amount') }}
