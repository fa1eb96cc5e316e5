{{ config(materialized='incremental', unique_key='coupon_issue_id') }}
{{ conform(
    'coupon_redemptions', keys=['coupon_issue_id', 'coupon_id', 'user_id', 'redeemed_order_id']
) }}
