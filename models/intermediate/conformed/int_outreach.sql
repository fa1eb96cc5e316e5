{{ conform('outreach', keys=['outreach_id', 'outreach_campaign_id', 'user_id', 'coupon_id']) }}
