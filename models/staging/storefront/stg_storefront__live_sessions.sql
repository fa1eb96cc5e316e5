{{ stage_contract('storefront', 'live_sessions') }}
