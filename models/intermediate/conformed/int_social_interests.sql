{{ conform('social_interests', keys=['user_id']) }}
