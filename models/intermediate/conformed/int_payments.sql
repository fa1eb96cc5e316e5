{{ conform('payments', keys=['payment_id', 'order_id', 'user_id']) }}
