-- Grain: question x period x scope, of the questions about sales and orders as a whole.
with

periods as (
    select * from {{ ref('dim_periods') }}
),

sales as (
    select
        period,
        sum(gmv_placed_amount) as gmv_placed_amount,
        sum(gmv_paid_amount) as gmv_paid_amount,
        sum(net_sales_by_order_date_amount) as net_sales_by_order_date_amount,
        sum(net_sales_by_refund_date_amount) as net_sales_by_refund_date_amount,
        sum(known_terminal_amount) as known_terminal_amount,
        sum(mobile_amount) as mobile_amount
    from {{ ref('int_sales_summed_to_periods') }}
    group by period
),

-- Refunds by order date go on until the orders are settled; the other measures end with the period.
ladder as (
    select
        period,
        'gmv_placed' as measure,
        gmv_placed_amount as amount,
        true as is_final_at_once
    from sales
    union all
    select
        period,
        'gmv_paid' as measure,
        gmv_paid_amount as amount,
        true as is_final_at_once
    from sales
    union all
    select
        period,
        'net_sales_by_order_date' as measure,
        net_sales_by_order_date_amount as amount,
        false as is_final_at_once
    from sales
    union all
    select
        period,
        'net_sales_by_refund_date' as measure,
        net_sales_by_refund_date_amount as amount,
        true as is_final_at_once
    from sales
),

-- Without a refund at all, the sources do not tell; sales net of nothing would be wrong.
ever_refunded as (
    select count(*) as refund_count from {{ ref('fct_refund_lines') }}
),

climbed as (
    select
        ladder.period,
        ladder.measure,
        ladder.amount,
        case when ladder.is_final_at_once then periods.is_complete else periods.is_settled end
            as is_final,
        case
            when ladder.measure like 'net_sales%' and ever_refunded.refund_count = 0
                then 'no source tells what was refunded'
        end as missing
    from ladder
    inner join periods on ladder.period = periods.period
    cross join ever_refunded
),

orders as (
    select * from {{ ref('int_orders_counted_to_periods') }}
),

-- Without a completed order at all, the sources do not tell; a rate of 0 would be wrong.
ever_completed as (
    select sum(completed_count) as completed_count from orders
),

completed as (
    select
        orders.*,
        periods.is_settled,
        case
            when ever_completed.completed_count = 0
                then 'no source tells which orders were completed'
            when ever_refunded.refund_count = 0
                then 'no source tells which orders were kept, and which refunded'
            when orders.settled_count = 0
                then 'no order of the period is old enough to have been completed'
        end as missing,
        case
            when orders.settled_count < orders.placed_count
                then concat(
                    orders.placed_count - orders.settled_count, ' of ', orders.placed_count,
                    ' orders placed are too young to count.'
                )
        end as note
    from orders
    inner join periods on orders.period = periods.period
    cross join ever_completed
    cross join ever_refunded
),

mobile as (
    select
        periods.period,
        periods.is_complete,
        sales.known_terminal_amount,
        sales.mobile_amount,
        orders.known_terminal_count,
        orders.mobile_count,
        base.known_terminal_count as base_known_terminal_count,
        base.mobile_count as base_mobile_count,
        case
            when sales.known_terminal_amount = 0
                then 'nothing was paid on a known terminal'
        end as missing_value,
        case
            when orders.known_terminal_count = 0
                then 'no order was paid on a known terminal'
        end as missing_orders,
        case
            when not periods.is_complete or year_ago.period is null
                then 'the period or the one a year before is not covered whole'
            when orders.known_terminal_count = 0 or base.known_terminal_count = 0
                then 'no order was paid on a known terminal'
        end as missing_change
    from periods
    inner join sales on periods.period = sales.period
    inner join orders on periods.period = orders.period
    left join periods as year_ago
        on periods.year_ago_period = year_ago.period and year_ago.is_complete
    left join orders as base on year_ago.period = base.period
),

final as (
    select
        {{ answer(
            'K001', scope='measure', unit='money', value='amount', is_mature='is_final',
            missing='missing'
        ) }}
    from climbed
    union all
    select
        {{ answer(
            'K010', scope="'all'", unit='share',
            value=ratio('completed_count', 'settled_count'),
            numerator='completed_count', denominator='settled_count', n='settled_count',
            ci_low=wilson_bound('completed_count', 'settled_count', 'lower'),
            ci_high=wilson_bound('completed_count', 'settled_count', 'upper'),
            is_mature='is_settled', missing='missing', note='note'
        ) }}
    from completed
    union all
    select
        {{ answer(
            'K021', scope="'gmv_paid'", unit='share',
            value=ratio('mobile_amount', 'known_terminal_amount'),
            numerator='mobile_amount', denominator='known_terminal_amount',
            missing='missing_value'
        ) }}
    from mobile
    union all
    select
        {{ answer(
            'K021', scope="'paid_orders'", unit='share',
            value=ratio('mobile_count', 'known_terminal_count'),
            numerator='mobile_count', denominator='known_terminal_count',
            n='known_terminal_count',
            ci_low=wilson_bound('mobile_count', 'known_terminal_count', 'lower'),
            ci_high=wilson_bound('mobile_count', 'known_terminal_count', 'upper'),
            missing='missing_orders'
        ) }}
    from mobile
    union all
    select
        {{ answer(
            'K021', scope="'paid_orders_change_yoy'", unit='percentage_points',
            value=ratio('mobile_count', 'known_terminal_count') ~ ' - '
                ~ ratio('base_mobile_count', 'base_known_terminal_count'),
            n='known_terminal_count + base_known_terminal_count',
            ci_low=newcombe_bound(
                'mobile_count', 'known_terminal_count',
                'base_mobile_count', 'base_known_terminal_count', 'lower'
            ),
            ci_high=newcombe_bound(
                'mobile_count', 'known_terminal_count',
                'base_mobile_count', 'base_known_terminal_count', 'upper'
            ),
            comparison="'no_change'", comparison_value='0', missing='missing_change'
        ) }}
    from mobile
)

{{ answered('final') }}
