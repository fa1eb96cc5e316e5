{{ conform('subscriptions', keys=['subscription_id', 'user_id', 'sku_id']) }}
