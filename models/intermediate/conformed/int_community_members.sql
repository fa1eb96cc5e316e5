{{ conform('community_members', keys=['community_id', 'member_id', 'user_id', 'open_id']) }}
