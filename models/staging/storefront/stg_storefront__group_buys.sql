{{ stage_contract('storefront', 'group_buys') }}
