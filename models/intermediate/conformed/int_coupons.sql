{{ conform('coupons', keys=['coupon_id', 'promo_id', 'kol_id']) }}
