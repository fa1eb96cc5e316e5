{{ conform('users', keys=['user_id', 'register_group_id', 'invited_by_user_id']) }}
