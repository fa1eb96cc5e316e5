-- Grain: question x period x scope, of the questions about growth and its parts.
with

periods as (
    select
        periods.*,
        coalesce(periods.is_complete and previous.is_complete, false) as has_previous,
        coalesce(periods.is_complete and year_ago.is_complete, false) as has_year_ago
    from {{ ref('dim_periods') }} as periods
    left join {{ ref('dim_periods') }} as previous on periods.previous_period = previous.period
    left join {{ ref('dim_periods') }} as year_ago on periods.year_ago_period = year_ago.period
),

growth as (
    select * from {{ ref('fct_sales_growth') }}
),

quarterly as (
    select
        growth.*,
        periods.is_complete,
        periods.is_settled,
        periods.year_ago_period
    from growth
    inner join periods on growth.period = periods.period
    where growth.comparison = 'qoq' and growth.dimension = 'total'
),

measures as (
    select 'gmv_paid' as measure
    union all
    select 'net_sales_by_order_date' as measure
    union all
    select 'net_sales_by_refund_date' as measure
),

-- Without a refund at all, the sources do not tell; sales net of nothing would be wrong.
ever_refunded as (
    select count(*) as refund_count from {{ ref('fct_refund_lines') }}
),

-- K015
rates as (
    select
        periods.period,
        measures.measure,
        quarterly.growth_rate,
        quarterly.change_amount,
        quarterly.base_amount,
        -- Refunds by order date go on until the orders are settled.
        case
            when measures.measure = 'net_sales_by_order_date' then periods.is_settled
            else periods.is_complete
        end as is_final,
        case
            when not periods.has_previous
                then 'the period or the one before is not covered whole'
            when measures.measure != 'gmv_paid' and ever_refunded.refund_count = 0
                then 'no source tells what was refunded'
            when quarterly.growth_rate is null
                then concat('sales were not above zero in ', periods.previous_period)
        end as missing
    from periods
    cross join measures
    cross join ever_refunded
    left join quarterly
        on
            periods.period = quarterly.period
            and measures.measure = quarterly.measure
),

-- K015: growth beyond what the same two periods grew a year before, which is all that is known of
-- the season.
adjusted as (
    select
        periods.period,
        periods.is_complete,
        (1 + quarterly.growth_rate) / nullif(1 + year_ago.growth_rate, 0) - 1 as growth_rate,
        case
            when not periods.has_previous
                then 'the period or the one before is not covered whole'
            when quarterly.growth_rate is null or coalesce(year_ago.growth_rate, -1) = -1
                then 'the same growth a year before, which tells the season, is not known'
        end as missing
    from periods
    left join quarterly
        on
            periods.period = quarterly.period
            and quarterly.measure = 'gmv_paid'
    left join quarterly as year_ago
        on
            periods.year_ago_period = year_ago.period
            and year_ago.measure = 'gmv_paid'
),

yearly as (
    select
        *,
        case when member = 'all' then 'all_categories' else member end as scope,
        max(case when dimension = 'total' then growth_rate end) over (partition by period)
            as total_growth_rate,
        bool_or(dimension = 'category' and member != 'unknown') over (partition by period)
            as has_categories
    from growth
    where
        comparison = 'yoy'
        and measure = 'gmv_paid'
        and dimension in ('total', 'category')
),

-- K017
industry as (
    select
        periods.period,
        periods.is_complete,
        coalesce(yearly.scope, 'all_categories') as scope,
        yearly.growth_rate - yearly.benchmark_growth_rate as lead_rate,
        concat(
            'Own growth ', {{ to_decimal('100 * yearly.growth_rate', 1) }}, '%, industry ',
            {{ to_decimal('100 * yearly.benchmark_growth_rate', 1) }}, '%.'
        ) as note,
        case
            when not periods.has_year_ago
                then 'the period or the one a year before is not covered whole'
            when yearly.period is null
                then 'no growth of the industry is on file for the period'
            when yearly.growth_rate is null
                then concat('nothing was sold there in ', yearly.base_period)
        end as missing
    from periods
    left join yearly
        on
            periods.period = yearly.period
            and yearly.benchmark_growth_rate is not null
),

ranked as (
    select
        *,
        rank() over (partition by period order by growth_rate desc) as growth_rank,
        count(*) over (partition by period) as category_count
    from yearly
    where member not in ('all', 'unknown') and growth_rate is not null
),

-- K018
categories as (
    select
        periods.period,
        periods.is_complete,
        coalesce(yearly.scope, 'all_categories') as scope,
        concat(coalesce(yearly.scope, 'all_categories'), '_slowdown') as slowdown_scope,
        yearly.growth_rate,
        yearly.change_amount,
        yearly.base_amount,
        yearly.total_growth_rate,
        yearly.growth_rate - previous.growth_rate as slowdown_rate,
        concat('Rank ', ranked.growth_rank, ' of ', ranked.category_count, '.') as note,
        case
            when not periods.has_year_ago
                then 'the period or the one a year before is not covered whole'
            when yearly.period is null then 'no source tells categories'
            when yearly.growth_rate is null
                then concat('nothing was sold there in ', yearly.base_period)
        end as missing,
        case
            when not periods.has_year_ago
                then 'the period or the one a year before is not covered whole'
            when yearly.period is null then 'no source tells categories'
            when yearly.growth_rate is null or previous.growth_rate is null
                then 'the growth of the period or of the one before is not known'
        end as missing_slowdown
    from periods
    left join yearly
        on
            periods.period = yearly.period
            and yearly.member not in ('all', 'unknown')
    left join yearly as previous
        on
            periods.previous_period = previous.period
            and yearly.member = previous.member
    left join ranked
        on
            yearly.period = ranked.period
            and yearly.member = ranked.member
),

-- K019
contributions as (
    select
        periods.period,
        periods.is_complete,
        coalesce(yearly.scope, 'all_categories') as scope,
        yearly.contribution_rate,
        yearly.change_amount,
        yearly.total_base_amount,
        case
            when not periods.has_year_ago
                then 'the period or the one a year before is not covered whole'
            when yearly.period is null then 'no source tells categories'
            when yearly.contribution_rate is null
                then concat('nothing was sold in ', yearly.base_period)
        end as missing
    from periods
    left join yearly
        on
            periods.period = yearly.period
            and yearly.has_categories
),

final as (
    select
        {{ answer(
            'K015', scope='measure', unit='relative_change', value='growth_rate',
            numerator='change_amount', denominator='base_amount', is_mature='is_final',
            missing='missing'
        ) }}
    from rates
    union all
    select
        {{ answer(
            'K015', scope="'gmv_paid_seasonally_adjusted'", unit='relative_change',
            value='growth_rate', missing='missing',
            note="'The season is that of one year before.'"
        ) }}
    from adjusted
    union all
    select
        {{ answer(
            'K017', scope='scope', unit='percentage_points', value='lead_rate',
            comparison="'no_difference'", comparison_value='0', missing='missing', note='note'
        ) }}
    from industry
    union all
    select
        {{ answer(
            'K018', scope='scope', unit='relative_change', value='growth_rate',
            numerator='change_amount', denominator='base_amount',
            comparison="'all_categories'", comparison_value='total_growth_rate',
            missing='missing', note='note'
        ) }}
    from categories
    union all
    select
        {{ answer(
            'K018', scope='slowdown_scope', unit='percentage_points', value='slowdown_rate',
            comparison="'no_change'", comparison_value='0', missing='missing_slowdown'
        ) }}
    from categories
    union all
    select
        {{ answer(
            'K019', scope='scope', unit='percentage_points', value='contribution_rate',
            numerator='change_amount', denominator='total_base_amount', missing='missing'
        ) }}
    from contributions
)

{{ answered('final') }}
