-- Grain: period x scope: buyers, by payment and without what was never paid.
with

final as (
    select
        period,
        'all' as scope,
        known_buyer_count,
        two_order_count as repeat_buyer_count,
        prior_customer_count,
        back_count as returning_customer_count,
        prior_year_customer_count,
        back_within_year_count as returning_year_customer_count
    from {{ ref('int_buyers_counted_by_rule') }}
    where clock = 'paid' and cancellation = 'paid_only'
)

select * from final
