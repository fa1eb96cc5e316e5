{{ conform('surveys', keys=['survey_id', 'response_id', 'user_id']) }}
