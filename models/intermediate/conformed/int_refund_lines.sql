{{ conform(
    'refund_lines',
    keys=[
        'refund_line_id', 'refund_id', 'order_id', 'order_line_id', 'sku_id', 'user_id',
    ],
) }}
