{{ conform('benefit_uses', keys=['benefit_use_id', 'user_id', 'membership_id', 'order_id']) }}
