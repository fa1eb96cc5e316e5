{{ conform('tag_labels', keys=['label_id', 'user_id', 'conversation_id']) }}
