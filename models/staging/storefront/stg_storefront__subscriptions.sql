{{ valid_rows('storefront', 'subscriptions', ref('base_storefront__subscriptions')) }}
