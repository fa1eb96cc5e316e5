{{ conform(
    'events',
    keys=[
        'event_id', 'visitor_id', 'user_id', 'open_id', 'content_id', 'sku_id', 'rec_id',
        'order_id', 'live_session_id', 'campaign_id',
    ],
) }}
