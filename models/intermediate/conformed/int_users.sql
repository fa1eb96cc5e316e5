{{ conform('users', keys=['user_id']) }}
