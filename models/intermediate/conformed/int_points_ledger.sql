{{ config(materialized='incremental', unique_key='entry_id') }}
{{ conform(
    'points_ledger',
    keys=[
        'entry_id', 'user_id', 'reverses_entry_id', 'order_id', 'partner_id',
    ],
) }}
