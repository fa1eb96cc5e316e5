{{ config(materialized='incremental', unique_key='message_id') }}
{{ conform(
    'community_messages',
    keys=[
        'message_id', 'community_id', 'member_id', 'advisor_id', 'sku_id', 'sample_request_id',
    ],
) }}
