{{ conform(
    'touches',
    keys=[
        'touch_id', 'visitor_id', 'user_id', 'campaign_id', 'adgroup_id', 'creative_id',
        'keyword_id', 'audience_id', 'kol_id', 'post_id', 'live_session_id',
    ],
) }}
