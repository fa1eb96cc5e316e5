{{ valid_rows('storefront', 'forecasts', ref('base_storefront__forecasts')) }}
