{{ conform('spus', keys=['spu_id', 'category_id']) }}
