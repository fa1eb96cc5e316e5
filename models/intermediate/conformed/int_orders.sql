{{ conform('orders', keys=['order_id', 'user_id']) }}
