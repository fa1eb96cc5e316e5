{{ stage_contract('storefront', 'target_phasing') }}
