{{ stage_contract('storefront', 'forecasts') }}
