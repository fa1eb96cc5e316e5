{{ stage_contract('storefront', 'benefit_uses') }}
