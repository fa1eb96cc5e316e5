{{ stage_contract('storefront', 'experiment_arms') }}
