{{ conform('tags', keys=['user_id']) }}
