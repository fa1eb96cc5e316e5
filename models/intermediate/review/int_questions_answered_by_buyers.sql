-- Grain: question x period x scope, of the questions about buyers who come back.
with

buyers as (
    select
        buyers.*,
        periods.is_complete,
        case
            when buyers.prior_customer_count = 0 then 'nobody is known to have bought before'
        end as missing,
        case
            when buyers.prior_year_customer_count is null
                then 'the 365 days before the period are not covered'
            when buyers.prior_year_customer_count = 0
                then 'nobody is known to have bought in the 365 days before'
        end as missing_year,
        case
            when buyers.known_buyer_count = 0 then 'no buyer of the period is known'
        end as missing_buyers
    from {{ ref('int_buyers_counted_by_rule') }} as buyers
    inner join {{ ref('dim_periods') }} as periods on buyers.period = periods.period
    where buyers.clock = 'paid' and buyers.cancellation = 'paid_only'
),

final as (
    select
        {{ answer(
            'K012', scope="'prior_customers'", unit='share',
            value=ratio('back_count', 'prior_customer_count'),
            numerator='back_count', denominator='prior_customer_count',
            n='prior_customer_count',
            ci_low=wilson_bound('back_count', 'prior_customer_count', 'lower'),
            ci_high=wilson_bound('back_count', 'prior_customer_count', 'upper'),
            missing='missing'
        ) }}
    from buyers
    union all
    select
        {{ answer(
            'K012', scope="'prior_year_customers'", unit='share',
            value=ratio('back_within_year_count', 'prior_year_customer_count'),
            numerator='back_within_year_count', denominator='prior_year_customer_count',
            n='prior_year_customer_count',
            ci_low=wilson_bound('back_within_year_count', 'prior_year_customer_count', 'lower'),
            ci_high=wilson_bound('back_within_year_count', 'prior_year_customer_count', 'upper'),
            missing='missing_year'
        ) }}
    from buyers
    union all
    select
        {{ answer(
            'K012', scope="'in_window'", unit='share',
            value=ratio('two_order_count', 'known_buyer_count'),
            numerator='two_order_count', denominator='known_buyer_count', n='known_buyer_count',
            ci_low=wilson_bound('two_order_count', 'known_buyer_count', 'lower'),
            ci_high=wilson_bound('two_order_count', 'known_buyer_count', 'upper'),
            missing='missing_buyers'
        ) }}
    from buyers
)

{{ answered('final') }}
