{{ conform('page_perf', keys=['event_id']) }}
