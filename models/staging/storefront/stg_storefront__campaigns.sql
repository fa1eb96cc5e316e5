{{ stage_contract('storefront', 'campaigns') }}
