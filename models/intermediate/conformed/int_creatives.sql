{{ conform('creatives', keys=['creative_id', 'campaign_id', 'sku_id']) }}
