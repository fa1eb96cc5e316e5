{{ conform('communities', keys=['community_id', 'category_id', 'advisor_id', 'promo_id']) }}
