{{ conform('audiences', keys=['audience_id']) }}
