{{ valid_rows('storefront', 'live_session_items', ref('base_storefront__live_session_items')) }}
