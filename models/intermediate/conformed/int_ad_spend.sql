{{ conform(
    'ad_spend',
    keys=[
        'campaign_id', 'adgroup_id', 'creative_id', 'keyword_id', 'audience_id',
    ],
) }}
