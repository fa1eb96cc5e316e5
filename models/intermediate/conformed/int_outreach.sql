{{ config(materialized='incremental', unique_key='outreach_id') }}
{{ conform('outreach', keys=['outreach_id', 'outreach_campaign_id', 'user_id', 'coupon_id']) }}
