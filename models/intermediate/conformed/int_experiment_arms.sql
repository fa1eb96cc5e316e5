{{ conform('experiment_arms', keys=['experiment_id']) }}
