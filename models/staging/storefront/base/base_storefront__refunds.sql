{{ stage_contract('storefront', 'refunds', row_amount='amount') }}
