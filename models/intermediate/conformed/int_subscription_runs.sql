{{ conform('subscription_runs', keys=['subscription_id', 'order_id']) }}
