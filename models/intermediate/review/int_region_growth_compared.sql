-- Grain: period x macro-region. Paid value against the same period a year before, beside the shop's
-- own. Null where one of the periods is not covered whole, because half a period has not shrunk.
with

sales as (
    select
        period,
        macro_region_id,
        gmv_paid_amount,
        sum(gmv_paid_amount) over (partition by period) as shop_amount
    from {{ ref('int_sales_summed_to_periods') }}
),

periods as (
    select * from {{ ref('dim_periods') }}
),

compared as (
    select
        periods.period,
        periods.period_kind,
        periods.year_ago_period,
        periods.start_date,
        periods.end_date,
        periods.is_complete,
        present.macro_region_id,
        present.gmv_paid_amount,
        present.shop_amount,
        year_ago.is_complete and periods.is_complete as is_comparable,
        base.gmv_paid_amount as base_amount,
        base.shop_amount as base_shop_amount
    from periods
    inner join sales as present on periods.period = present.period
    left join periods as year_ago on periods.year_ago_period = year_ago.period
    left join sales as base
        on
            periods.year_ago_period = base.period
            and present.macro_region_id = base.macro_region_id
),

grown as (
    select
        *,
        case
            when is_comparable
                then {{ ratio('gmv_paid_amount - base_amount', 'base_amount') }}
        end as growth,
        case
            when is_comparable
                then {{ ratio('shop_amount - base_shop_amount', 'base_shop_amount') }}
        end as shop_growth
    from compared
),

-- In the order of time, because a sum of doubles depends on the order of rows.
monthly as (
    select distinct
        grown.period,
        grown.macro_region_id,
        count(months.growth) over in_time as month_count,
        avg(months.growth) over in_time as mean_monthly_growth,
        stddev_samp(months.growth) over in_time as deviation_of_monthly_growth
    from grown
    inner join grown as months
        on
            grown.macro_region_id = months.macro_region_id
            and grown.start_date <= months.start_date
            and grown.end_date >= months.end_date
            and months.period_kind = 'month'
    window
        in_time as (
            partition by grown.period, grown.macro_region_id
            order by months.start_date
            rows between unbounded preceding and unbounded following
        )
),

final as (
    select
        grown.period,
        grown.macro_region_id,
        grown.year_ago_period,
        grown.is_complete,
        coalesce(grown.is_comparable, false) as is_comparable,
        grown.gmv_paid_amount,
        grown.base_amount,
        grown.base_shop_amount,
        grown.growth,
        grown.shop_growth,
        coalesce(monthly.month_count, 0) as month_count,
        monthly.mean_monthly_growth,
        monthly.deviation_of_monthly_growth
    from grown
    left join monthly
        on
            grown.period = monthly.period
            and grown.macro_region_id = monthly.macro_region_id
)

select * from final
