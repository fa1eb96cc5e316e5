{{ stage_contract('corner_shop', 'orders') }}
