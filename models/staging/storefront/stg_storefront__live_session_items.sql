{{ stage_contract('storefront', 'live_session_items') }}
