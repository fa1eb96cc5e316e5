-- Grain: period x category. The median value of its paid lines in the twelve months up to the
-- period's end, whether that is in the top quarter of categories, and what it sold in the period.
with

periods as (
    select
        period,
        start_date,
        end_date,
        cast({{ dbt.dateadd('year', -1, 'end_date') }} as date) as window_start_date
    from {{ ref('dim_periods') }}
),

lines as (
    select
        category_id,
        paid_date,
        gmv_paid_amount
    from {{ ref('fct_order_lines') }}
    where is_paid and not is_gift and category_id != 'unknown'
),

first_orders as (
    select min(business_date) as first_date from {{ ref('fct_orders') }}
),

-- Periods that end together have one list.
windows as (
    select distinct
        periods.window_start_date,
        periods.end_date
    from periods
    cross join first_orders
    where first_orders.first_date <= periods.window_start_date
),

medians as (
    select
        windows.end_date,
        lines.category_id,
        median(cast(lines.gmv_paid_amount as double)) as median_amount
    from windows
    inner join lines
        on
            windows.window_start_date <= lines.paid_date
            and windows.end_date > lines.paid_date
    group by windows.end_date, lines.category_id
),

thresholds as (
    select
        end_date,
        percentile_cont(0.75) within group (order by median_amount) as threshold_amount,
        count(*) as category_count
    from medians
    group by end_date
),

sold as (
    select
        periods.period,
        lines.category_id,
        sum(lines.gmv_paid_amount) as gmv_paid_amount
    from periods
    inner join lines
        on
            periods.start_date <= lines.paid_date
            and periods.end_date > lines.paid_date
    group by periods.period, lines.category_id
),

final as (
    select
        periods.period,
        medians.category_id,
        medians.median_amount,
        thresholds.category_count,
        medians.median_amount >= thresholds.threshold_amount as is_high_ticket,
        coalesce(sold.gmv_paid_amount, 0) as gmv_paid_amount
    from periods
    inner join medians on periods.end_date = medians.end_date
    inner join thresholds on medians.end_date = thresholds.end_date
    left join sold
        on periods.period = sold.period and medians.category_id = sold.category_id
)

select * from final
