{{ valid_rows('storefront', 'experiment_arms', ref('base_storefront__experiment_arms')) }}
