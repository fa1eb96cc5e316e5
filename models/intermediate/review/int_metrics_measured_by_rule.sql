-- Grain: metric x period x rule. A rule is one option per axis, in the order of the seed
-- dialect_axes.
with

sales as (
    select * from {{ ref('int_sales_measured_by_rule') }}
),

buyers as (
    select * from {{ ref('int_buyers_counted_by_rule') }}
),

visits as (
    select * from {{ ref('int_visits_counted_by_rule') }}
),

-- Who counts, over whom.
repeats as (
    select
        period,
        concat_ws('|', clock, cancellation, 'prior_customers') as rule_key,
        back_count as numerator,
        prior_customer_count as denominator
    from buyers
    union all
    select
        period,
        concat_ws('|', clock, cancellation, 'buyers_back_within_year') as rule_key,
        back_within_year_count as numerator,
        known_buyer_count as denominator
    from buyers
    union all
    select
        period,
        concat_ws('|', clock, cancellation, 'buyers_of_two_orders') as rule_key,
        two_order_count as numerator,
        known_buyer_count as denominator
    from buyers
    union all
    select
        period,
        concat_ws('|', clock, cancellation, 'buyers_back_ever') as rule_key,
        back_ever_count as numerator,
        known_buyer_count as denominator
    from buyers
),

valued as (
    select
        sales.*,
        buyers.order_count,
        buyers.buyer_count
    from sales
    inner join buyers
        on
            sales.period = buyers.period
            and sales.clock = buyers.clock
            and sales.cancellation = buyers.cancellation
),

measured as (
    select
        'net_sales' as metric_id,
        period,
        concat_ws('|', clock, cancellation, refunds, tax_and_shipping) as rule_key,
        net_amount as numerator,
        null as denominator
    from sales
    union all
    select
        'order_value' as metric_id,
        period,
        concat_ws('|', clock, cancellation, refunds, tax_and_shipping, 'orders') as rule_key,
        net_amount as numerator,
        order_count as denominator
    from valued
    union all
    select
        'order_value' as metric_id,
        period,
        concat_ws('|', clock, cancellation, refunds, tax_and_shipping, 'buyers') as rule_key,
        net_amount as numerator,
        buyer_count as denominator
    from valued
    union all
    select
        'conversion_rate' as metric_id,
        period,
        concat_ws('|', population, deduplication, clock, averaging) as rule_key,
        numerator,
        denominator
    from visits
    union all
    select
        'repeat_purchase_rate' as metric_id,
        period,
        rule_key,
        numerator,
        denominator
    from repeats
),

final as (
    select
        metric_id,
        period,
        rule_key,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        case
            when metric_id = 'net_sales' then cast(numerator as double)
            else {{ ratio('numerator', 'denominator') }}
        end as metric_value
    from measured
)

select * from final
