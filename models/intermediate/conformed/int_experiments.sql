{{ conform('experiments', keys=['experiment_id', 'category_id']) }}
