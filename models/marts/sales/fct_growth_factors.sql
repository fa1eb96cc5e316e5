-- Grain: period x comparison (qoq, yoy) x side. Net sales are sessions x buyers per session x
-- orders per buyer x paid value per order x the share of it that was kept. Buyers do not add up.
with

days as (
    select * from {{ ref('dim_comparison_days') }} where comparison in ('qoq', 'yoy')
),

spans as (
    select
        period,
        comparison,
        base_period,
        is_base,
        min(business_date) as first_date,
        max(business_date) as last_date,
        sum(day_count) as day_count
    from days
    group by period, comparison, base_period, is_base
),

orders as (
    select
        days.period,
        days.comparison,
        days.is_base,
        count(*) as order_count,
        -- An order that names nobody is somebody's.
        count(distinct coalesce(orders.person_id, orders.order_id)) as buyer_count
    from days
    inner join {{ ref('fct_orders') }} as orders on days.business_date = orders.paid_date
    group by days.period, days.comparison, days.is_base
),

sales as (
    select
        days.period,
        days.comparison,
        days.is_base,
        sum(daily.gmv_paid_amount) as gmv_paid_amount,
        sum(daily.net_sales_by_refund_date_amount) as net_sales_by_refund_date_amount
    from days
    inner join {{ ref('fct_sales_daily') }} as daily on days.business_date = daily.business_date
    group by days.period, days.comparison, days.is_base
),

visited as (
    select
        business_date,
        count(*) as session_count
    from {{ ref('int_sessions') }}
    where not is_bot
    group by business_date
),

tracked as (
    select
        min(business_date) as first_date,
        max(business_date) as last_date
    from visited
),

visits as (
    select
        days.period,
        days.comparison,
        days.is_base,
        sum(visited.session_count) as session_count
    from days
    inner join visited on days.business_date = visited.business_date
    group by days.period, days.comparison, days.is_base
),

snapshots as (
    select
        days.period,
        days.comparison,
        days.is_base,
        count(distinct days.business_date) as snapshot_day_count
    from days
    inner join {{ ref('int_sku_availability_counted') }} as availability
        on days.business_date = availability.business_date
    group by days.period, days.comparison, days.is_base
),

final as (
    select
        spans.period,
        spans.comparison,
        spans.is_base,
        spans.base_period,
        coalesce(
            tracked.first_date <= spans.first_date and tracked.last_date >= spans.last_date, false
        ) as is_traffic_covered,
        cast(spans.day_count as bigint) as day_count,
        coalesce(snapshots.snapshot_day_count, 0) as snapshot_day_count,
        cast(coalesce(visits.session_count, 0) as bigint) as session_count,
        coalesce(orders.buyer_count, 0) as buyer_count,
        coalesce(orders.order_count, 0) as order_count,
        cast(coalesce(sales.gmv_paid_amount, 0) as decimal(18, 2)) as gmv_paid_amount,
        cast(coalesce(sales.net_sales_by_refund_date_amount, 0) as decimal(18, 2))
            as net_sales_by_refund_date_amount
    from spans
    cross join tracked
    left join orders
        on
            spans.period = orders.period
            and spans.comparison = orders.comparison
            and spans.is_base = orders.is_base
    left join sales
        on
            spans.period = sales.period
            and spans.comparison = sales.comparison
            and spans.is_base = sales.is_base
    left join visits
        on
            spans.period = visits.period
            and spans.comparison = visits.comparison
            and spans.is_base = visits.is_base
    left join snapshots
        on
            spans.period = snapshots.period
            and spans.comparison = snapshots.comparison
            and spans.is_base = snapshots.is_base
)

select * from final
