{{ conform('promo_calendar', keys=['promo_id', 'category_id', 'sku_id']) }}
