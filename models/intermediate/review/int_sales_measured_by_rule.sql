-- Grain: period x clock x cancellation rule x refund basis x tax and shipping: what was sold by
-- each combination of the options that public definitions of sales choose from.
with

sold as (
    select
        clock,
        cancellation,
        counted_date,
        merchandise_amount,
        shipping_amount,
        tax_amount
    from {{ ref('int_orders_ruled') }}
    union all
    select
        clock,
        cancellation,
        reversed_date as counted_date,
        -merchandise_amount as merchandise_amount,
        -shipping_amount as shipping_amount,
        -tax_amount as tax_amount
    from {{ ref('int_orders_ruled') }}
    where cancellation = 'reversed' and reversed_date is not null
),

orders as (
    select
        order_id,
        business_date
    from {{ ref('fct_orders') }}
),

refund_lines as (
    select
        refunds.refund_date,
        refunds.order_date as paid_date,
        coalesce(orders.business_date, refunds.order_date) as business_date,
        refunds.refund_amount
    from {{ ref('fct_refund_lines') }} as refunds
    left join orders on refunds.order_id = orders.order_id
),

refunded as (
    select
        'placed' as clock,
        'order_date' as refunds,
        business_date as counted_date,
        refund_amount
    from refund_lines
    union all
    select
        'paid' as clock,
        'order_date' as refunds,
        paid_date as counted_date,
        refund_amount
    from refund_lines
    union all
    select
        'placed' as clock,
        'refund_date' as refunds,
        refund_date as counted_date,
        refund_amount
    from refund_lines
    union all
    select
        'paid' as clock,
        'refund_date' as refunds,
        refund_date as counted_date,
        refund_amount
    from refund_lines
),

-- Without a refund at all, the sources do not tell; sales net of nothing would be wrong.
ever_refunded as (
    select count(*) as refund_count from refund_lines
),

sold_daily as (
    select
        counted_date,
        clock,
        cancellation,
        sum(merchandise_amount) as merchandise_amount,
        sum(shipping_amount) as shipping_amount,
        sum(tax_amount) as tax_amount
    from sold
    group by counted_date, clock, cancellation
),

refunded_daily as (
    select
        counted_date,
        clock,
        refunds,
        sum(refund_amount) as refund_amount
    from refunded
    group by counted_date, clock, refunds
),

periods as (
    select
        period,
        start_date,
        end_date
    from {{ ref('dim_periods') }}
),

sold_in_periods as (
    select
        periods.period,
        sold_daily.clock,
        sold_daily.cancellation,
        sum(sold_daily.merchandise_amount) as merchandise_amount,
        sum(sold_daily.shipping_amount) as shipping_amount,
        sum(sold_daily.tax_amount) as tax_amount
    from periods
    inner join sold_daily
        on
            periods.start_date <= sold_daily.counted_date
            and periods.end_date > sold_daily.counted_date
    group by periods.period, sold_daily.clock, sold_daily.cancellation
),

refunded_in_periods as (
    select
        periods.period,
        refunded_daily.clock,
        refunded_daily.refunds,
        sum(refunded_daily.refund_amount) as refund_amount
    from periods
    inner join refunded_daily
        on
            periods.start_date <= refunded_daily.counted_date
            and periods.end_date > refunded_daily.counted_date
    group by periods.period, refunded_daily.clock, refunded_daily.refunds
),

clocks as (
    select listed.clock
    from (values ('placed'), ('paid')) as listed (clock)
),

cancellations as (
    select listed.cancellation
    from (
        values ('paid_only'), ('not_cancelled_that_day'), ('all'), ('reversed')
    ) as listed (cancellation)
),

refund_bases as (
    select listed.refunds
    from (values ('none'), ('order_date'), ('refund_date')) as listed (refunds)
),

charges as (
    select
        listed.tax_and_shipping,
        listed.shipping_part,
        listed.tax_part
    from (
        values ('merchandise', 0, 0), ('with_shipping', 1, 0), ('with_shipping_and_tax', 1, 1)
    ) as listed (tax_and_shipping, shipping_part, tax_part)
),

final as (
    select
        periods.period,
        clocks.clock,
        cancellations.cancellation,
        refund_bases.refunds,
        charges.tax_and_shipping,
        case
            when refund_bases.refunds = 'none' or ever_refunded.refund_count > 0
                then cast(
                    coalesce(
                        sold_in_periods.merchandise_amount
                        + charges.shipping_part * sold_in_periods.shipping_amount
                        + charges.tax_part * sold_in_periods.tax_amount, 0
                    ) - coalesce(refunded_in_periods.refund_amount, 0) as decimal(18, 2)
                )
        end as net_amount
    from periods
    cross join clocks
    cross join cancellations
    cross join refund_bases
    cross join charges
    cross join ever_refunded
    left join sold_in_periods
        on
            periods.period = sold_in_periods.period
            and clocks.clock = sold_in_periods.clock
            and cancellations.cancellation = sold_in_periods.cancellation
    left join refunded_in_periods
        on
            periods.period = refunded_in_periods.period
            and clocks.clock = refunded_in_periods.clock
            and refund_bases.refunds = refunded_in_periods.refunds
)

select * from final
