-- Grain: period x clock x cancellation rule: orders, their buyers, and how many of those bought
-- before or twice.
with

periods as (
    select
        period,
        start_date,
        end_date,
        cast({{ dbt.dateadd('day', -365, 'start_date') }} as date) as year_before_date
    from {{ ref('dim_periods') }}
),

purchases as (
    select
        clock,
        cancellation,
        buyer_id,
        is_known_buyer,
        counted_date,
        lag(counted_date) over (
            partition by clock, cancellation, buyer_id order by counted_date, order_id
        ) as previous_date,
        lead(counted_date) over (
            partition by clock, cancellation, buyer_id order by counted_date, order_id
        ) as next_date
    from {{ ref('int_orders_ruled') }}
),

first_orders as (
    select min(counted_date) as first_date from purchases
),

bought as (
    select
        periods.period,
        purchases.clock,
        purchases.cancellation,
        purchases.buyer_id,
        bool_or(purchases.is_known_buyer) as is_known_buyer,
        count(*) as order_count,
        coalesce(bool_or(purchases.previous_date < periods.start_date), false) as is_back,
        coalesce(
            bool_or(
                purchases.previous_date < periods.start_date
                and purchases.previous_date >= periods.year_before_date
            ), false
        ) as is_back_within_year
    from periods
    inner join purchases
        on
            periods.start_date <= purchases.counted_date
            and periods.end_date > purchases.counted_date
    group by periods.period, purchases.clock, purchases.cancellation, purchases.buyer_id
),

counted as (
    select
        period,
        clock,
        cancellation,
        sum(order_count) as order_count,
        count(*) as buyer_count,
        count(*) filter (where is_known_buyer) as known_buyer_count,
        count(*) filter (where is_back) as back_count,
        count(*) filter (where is_back_within_year) as back_within_year_count,
        count(*) filter (where order_count > 1) as two_order_count,
        count(*) filter (where is_back or order_count > 1) as back_ever_count
    from bought
    group by period, clock, cancellation
),

first_purchases as (
    select
        clock,
        cancellation,
        counted_date,
        count(*) as buyer_count
    from purchases
    where previous_date is null and is_known_buyer
    group by clock, cancellation, counted_date
),

known_before as (
    select
        periods.period,
        first_purchases.clock,
        first_purchases.cancellation,
        sum(first_purchases.buyer_count) as prior_customer_count
    from periods
    inner join first_purchases on periods.start_date > first_purchases.counted_date
    group by periods.period, first_purchases.clock, first_purchases.cancellation
),

-- A buyer of the year before counts by the last purchase in it.
last_purchases as (
    select
        clock,
        cancellation,
        counted_date,
        next_date,
        count(*) as buyer_count
    from purchases
    where is_known_buyer
    group by clock, cancellation, counted_date, next_date
),

year_before as (
    select
        periods.period,
        last_purchases.clock,
        last_purchases.cancellation,
        sum(last_purchases.buyer_count) as prior_year_customer_count
    from periods
    inner join last_purchases
        on
            periods.start_date > last_purchases.counted_date
            and periods.year_before_date <= last_purchases.counted_date
            and (
                periods.start_date <= last_purchases.next_date
                or last_purchases.next_date is null
            )
    group by periods.period, last_purchases.clock, last_purchases.cancellation
),

rules as (
    select distinct
        clock,
        cancellation
    from {{ ref('int_sales_measured_by_rule') }}
),

final as (
    select
        periods.period,
        rules.clock,
        rules.cancellation,
        coalesce(counted.order_count, 0) as order_count,
        coalesce(counted.buyer_count, 0) as buyer_count,
        coalesce(counted.known_buyer_count, 0) as known_buyer_count,
        coalesce(known_before.prior_customer_count, 0) as prior_customer_count,
        -- Nobody knows who bought before the first order that is known.
        case
            when periods.year_before_date >= first_orders.first_date
                then coalesce(year_before.prior_year_customer_count, 0)
        end as prior_year_customer_count,
        coalesce(counted.back_count, 0) as back_count,
        case
            when periods.year_before_date >= first_orders.first_date
                then coalesce(counted.back_within_year_count, 0)
        end as back_within_year_count,
        coalesce(counted.two_order_count, 0) as two_order_count,
        coalesce(counted.back_ever_count, 0) as back_ever_count
    from periods
    cross join rules
    cross join first_orders
    left join counted
        on
            periods.period = counted.period
            and rules.clock = counted.clock
            and rules.cancellation = counted.cancellation
    left join known_before
        on
            periods.period = known_before.period
            and rules.clock = known_before.clock
            and rules.cancellation = known_before.cancellation
    left join year_before
        on
            periods.period = year_before.period
            and rules.clock = year_before.clock
            and rules.cancellation = year_before.cancellation
)

select * from final
