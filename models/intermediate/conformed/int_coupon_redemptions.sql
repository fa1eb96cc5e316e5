{{ conform(
    'coupon_redemptions',
    keys=[
        'coupon_issue_id', 'coupon_id', 'user_id', 'redeemed_order_id',
    ],
) }}
