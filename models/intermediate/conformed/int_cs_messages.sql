{{ conform('cs_messages', keys=['message_id', 'conversation_id']) }}
