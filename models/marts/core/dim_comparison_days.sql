-- Grain: period x comparison x side x day, of periods that data covers whole on both sides. Join
-- facts by day and weigh them by day_count to compare a period with its base.
with

periods as (
    select * from {{ ref('dim_periods') }} where is_complete
),

days as (
    select
        business_date,
        lunar_comparison_date
    from {{ ref('dim_dates') }}
),

first_orders as (
    select min(business_date) as first_date from {{ ref('int_orders_converted') }}
),

pairs as (
    select
        periods.period,
        'qoq' as comparison,
        base.period as base_period,
        periods.start_date,
        periods.end_date,
        base.start_date as base_start_date,
        base.end_date as base_end_date
    from periods
    inner join periods as base on periods.previous_period = base.period
    union all
    select
        periods.period,
        'yoy' as comparison,
        base.period as base_period,
        periods.start_date,
        periods.end_date,
        base.start_date as base_start_date,
        base.end_date as base_end_date
    from periods
    inner join periods as base on periods.year_ago_period = base.period
),

-- A day within four weeks of a Spring Festival is compared with the one as far from the festival
-- before, so a day of the year before may serve twice and another not at all.
aligned as (
    select
        pairs.period,
        'yoy_aligned' as comparison,
        pairs.base_period,
        days.business_date,
        days.lunar_comparison_date,
        min(days.lunar_comparison_date) over (partition by pairs.period) as first_base_date
    from pairs
    inner join days
        on
            pairs.start_date <= days.business_date
            and pairs.end_date > days.business_date
    where pairs.comparison = 'yoy'
),

covered as (
    select aligned.*
    from aligned
    inner join first_orders on aligned.first_base_date >= first_orders.first_date
),

sides as (
    select
        pairs.period,
        pairs.comparison,
        pairs.base_period,
        days.business_date >= pairs.start_date and days.business_date < pairs.end_date
            as is_period,
        days.business_date
    from pairs
    inner join days
        on
            (pairs.start_date <= days.business_date and pairs.end_date > days.business_date)
            or (
                pairs.base_start_date <= days.business_date
                and pairs.base_end_date > days.business_date
            )
    union all
    select
        period,
        comparison,
        base_period,
        true as is_period,
        business_date
    from covered
    union all
    select
        period,
        comparison,
        base_period,
        false as is_period,
        lunar_comparison_date as business_date
    from covered
),

final as (
    select
        period,
        comparison,
        base_period,
        not is_period as is_base,
        business_date,
        count(*) as day_count
    from sides
    group by period, comparison, base_period, is_period, business_date
)

select * from final
