{{ stage_contract('storefront', 'purchase_orders') }}
