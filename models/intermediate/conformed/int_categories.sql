{{ conform('categories', keys=['category_id', 'parent_category_id']) }}
