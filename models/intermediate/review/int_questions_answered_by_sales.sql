-- Grain: question x period x scope, of completed orders and of the change of mobile ones.
with

periods as (
    select * from {{ ref('dim_periods') }}
),

-- Without a refund at all, the sources do not tell which orders were kept.
ever_refunded as (
    select count(*) as refund_count from {{ ref('fct_refund_lines') }}
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
        orders.known_terminal_count,
        orders.mobile_count,
        base.known_terminal_count as base_known_terminal_count,
        base.mobile_count as base_mobile_count,
        case
            when not periods.is_complete or year_ago.period is null
                then 'the period or the one a year before is not covered whole'
            when orders.known_terminal_count = 0 or base.known_terminal_count = 0
                then 'no order was paid on a known terminal'
        end as missing_change
    from periods
    inner join orders on periods.period = orders.period
    left join periods as year_ago
        on periods.year_ago_period = year_ago.period and year_ago.is_complete
    left join orders as base on year_ago.period = base.period
),

final as (
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
