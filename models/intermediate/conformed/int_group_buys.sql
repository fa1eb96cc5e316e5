{{ conform(
    'group_buys',
    keys=[
        'group_id', 'leader_user_id', 'member_user_id', 'community_id', 'promo_id', 'order_id',
    ],
) }}
