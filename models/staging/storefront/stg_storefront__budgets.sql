{{ stage_contract('storefront', 'budgets') }}
