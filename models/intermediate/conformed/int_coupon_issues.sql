{{ config(materialized='incremental', unique_key='coupon_issue_id') }}
{{ conform('coupon_issues', keys=['coupon_issue_id', 'coupon_id', 'issued_to', 'outreach_id']) }}
