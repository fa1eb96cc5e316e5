{{ valid_rows('storefront', 'live_sessions', ref('base_storefront__live_sessions')) }}
