-- Grain: period x comparison x dimension x member x measure, of periods that data covers whole on
-- both sides. Amounts and contributions add up over the members of one dimension; growth does not.
with

days as (
    select * from {{ ref('dim_comparison_days') }}
),

periods as (
    select
        period,
        start_date,
        end_date
    from {{ ref('dim_periods') }}
),

compared as (
    select
        days.period,
        days.comparison,
        days.base_period,
        days.is_base,
        daily.dimension,
        daily.member,
        sum(daily.gmv_paid_amount * days.day_count) as gmv_paid_amount,
        sum(daily.net_sales_by_order_date_amount * days.day_count)
            as net_sales_by_order_date_amount,
        sum(daily.net_sales_by_refund_date_amount * days.day_count)
            as net_sales_by_refund_date_amount
    from days
    inner join {{ ref('int_sales_summed_to_members') }} as daily
        on days.business_date = daily.business_date
    group by
        days.period,
        days.comparison,
        days.base_period,
        days.is_base,
        daily.dimension,
        daily.member
),

measures as (
    select 'gmv_paid' as measure
    union all
    select 'net_sales_by_order_date' as measure
    union all
    select 'net_sales_by_refund_date' as measure
),

measured as (
    select
        compared.period,
        compared.comparison,
        compared.base_period,
        compared.is_base,
        compared.dimension,
        compared.member,
        measures.measure,
        case measures.measure
            when 'gmv_paid' then compared.gmv_paid_amount
            when 'net_sales_by_order_date' then compared.net_sales_by_order_date_amount
            when 'net_sales_by_refund_date' then compared.net_sales_by_refund_date_amount
        end as amount
    from compared
    cross join measures
),

paired as (
    select
        period,
        comparison,
        dimension,
        member,
        measure,
        base_period,
        coalesce(sum(case when not is_base then amount end), 0) as value_amount,
        coalesce(sum(case when is_base then amount end), 0) as base_amount
    from measured
    group by period, comparison, dimension, member, measure, base_period
),

changed as (
    select
        *,
        value_amount - base_amount as change_amount,
        max(case when dimension = 'total' then base_amount end)
            over (partition by period, comparison, measure) as total_base_amount
    from paired
),

-- Several publishers of one figure count alike.
benchmarks as (
    select
        periods.period,
        case when figures.category_id is null then 'total' else 'category' end as dimension,
        coalesce(figures.category_id, 'all') as member,
        avg(cast(figures.value as double)) as growth_rate
    from {{ ref('int_industry_benchmarks') }} as figures
    inner join periods
        on
            figures.starts_date = periods.start_date
            and figures.ends_date = periods.end_date
    where
        figures.metric_id = 'sales_growth'
        and figures.region_id is null
    group by periods.period, figures.category_id
),

final as (
    select
        changed.period,
        changed.comparison,
        changed.dimension,
        changed.member,
        changed.measure,
        changed.base_period,
        cast(changed.value_amount as decimal(18, 2)) as value_amount,
        cast(changed.base_amount as decimal(18, 2)) as base_amount,
        cast(changed.change_amount as decimal(18, 2)) as change_amount,
        cast(changed.total_base_amount as decimal(18, 2)) as total_base_amount,
        case
            when changed.base_amount > 0
                then {{ ratio('changed.change_amount', 'changed.base_amount') }}
        end as growth_rate,
        case
            when changed.total_base_amount > 0
                then {{ ratio('changed.change_amount', 'changed.total_base_amount') }}
        end as contribution_rate,
        benchmarks.growth_rate as benchmark_growth_rate
    from changed
    left join benchmarks
        on
            changed.period = benchmarks.period
            and changed.dimension = benchmarks.dimension
            and changed.member = benchmarks.member
            and changed.comparison = 'yoy'
)

select * from final
