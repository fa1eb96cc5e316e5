{{ conform('keywords', keys=['keyword_id', 'category_id']) }}
