{{ conform('budgets', keys=['budget_id']) }}
