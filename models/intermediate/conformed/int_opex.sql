{{ conform('opex', keys=['entry_id']) }}
