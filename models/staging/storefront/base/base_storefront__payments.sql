{{ stage_contract('storefront', 'payments', row_amount='amount') }}
