{{ stage_contract('storefront', 'points_ledger', row_amount='cash_value') }}
