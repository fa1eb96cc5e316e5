{{ conform(
    'search_queries',
    keys=[
        'event_id', 'visitor_id', 'user_id', 'keyword_id', 'clicked_sku_id',
    ],
) }}
