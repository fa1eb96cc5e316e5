{{ conform('kol_contracts', keys=['contract_id', 'kol_id', 'category_id']) }}
