{{ stage_contract('storefront', 'subscription_runs') }}
