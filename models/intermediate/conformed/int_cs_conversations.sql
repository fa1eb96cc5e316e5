{{ conform(
    'cs_conversations',
    keys=[
        'conversation_id', 'user_id', 'visitor_id', 'order_id', 'sku_id', 'refund_id', 'agent_id',
    ],
) }}
