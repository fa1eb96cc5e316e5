{{ stage_contract('storefront', 'shipments') }}
