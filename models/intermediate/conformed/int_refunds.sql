{{ conform('refunds', keys=['refund_id', 'order_id', 'user_id', 'carrier_id']) }}
