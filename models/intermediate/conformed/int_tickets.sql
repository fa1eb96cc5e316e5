{{ conform('tickets', keys=['ticket_id', 'conversation_id']) }}
