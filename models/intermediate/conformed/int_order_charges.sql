{{ conform('order_charges', keys=['charge_id', 'order_id', 'user_id']) }}
