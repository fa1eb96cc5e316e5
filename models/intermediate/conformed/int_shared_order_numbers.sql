{{ conform('shared_order_numbers', keys=['order_id', 'order_number', 'shop_id']) }}
