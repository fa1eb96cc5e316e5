{{ stage_contract('storefront', 'subscriptions') }}
