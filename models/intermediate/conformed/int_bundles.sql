{{ conform('bundles', keys=['bundle_id', 'sku_id']) }}
