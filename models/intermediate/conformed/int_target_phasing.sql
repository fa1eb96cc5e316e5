{{ conform('target_phasing', keys=['target_id']) }}
