{{ config(materialized='incremental', unique_key='message_id') }}
{{ conform('cs_messages', keys=['message_id', 'conversation_id']) }}
