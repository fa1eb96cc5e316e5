{{ stage_contract('storefront', 'promo_calendar') }}
