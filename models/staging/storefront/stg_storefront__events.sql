{{ valid_rows('storefront', 'events', ref('base_storefront__events')) }}
