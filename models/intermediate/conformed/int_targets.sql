{{ conform('targets', keys=['target_id', 'category_id']) }}
