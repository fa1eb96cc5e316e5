{{ conform('campaigns', keys=['campaign_id', 'promo_id']) }}
