-- Grain: question x period x scope, of the question about high-ticket categories.
with

periods as (
    select
        period,
        is_complete
    from {{ ref('dim_periods') }}
),

targets as (
    select * from {{ ref('int_annual_targets_attained') }}
    where metric_id = '{{ var("sales_target_metric") }}'
),

sales as (
    select
        period,
        sum(gmv_paid_amount) as gmv_paid_amount
    from {{ ref('int_sales_summed_to_periods') }}
    group by period
),

ranked as (
    select
        ranked.period,
        max(ranked.category_count) as category_count,
        sum(case when ranked.is_high_ticket then ranked.gmv_paid_amount end) as high_ticket_amount,
        sum(case when ranked.is_high_ticket then targets.target_value end) as planned_value,
        count(case when ranked.is_high_ticket and targets.target_value is null then 1 end)
            as unplanned_count
    from {{ ref('int_categories_ranked_by_ticket') }} as ranked
    left join targets
        on
            ranked.period = targets.period
            and ranked.category_id = targets.scope_id
            and targets.scope_type = 'category'
    group by ranked.period
),

shared as (
    select
        periods.period,
        periods.is_complete,
        ranked.high_ticket_amount,
        ranked.planned_value,
        ranked.unplanned_count,
        sales.gmv_paid_amount,
        company.target_value,
        case
            when ranked.period is null
                then 'it takes twelve months of sales in known categories'
            when ranked.category_count < 4 then 'fewer than four categories have no top quarter'
            when sales.gmv_paid_amount <= 0 then 'nothing was paid'
        end as missing
    from periods
    inner join sales on periods.period = sales.period
    left join ranked on periods.period = ranked.period
    left join targets as company
        on periods.period = company.period and company.scope_type = 'company'
),

planned as (
    select
        *,
        case
            when missing is not null then missing
            when target_value is null or unplanned_count > 0
                then 'no target in force plans these categories'
        end as missing_plan
    from shared
),

final as (
    select
        {{ answer(
            'K004', scope="'share'", unit='share',
            value=ratio('high_ticket_amount', 'gmv_paid_amount'),
            numerator='high_ticket_amount', denominator='gmv_paid_amount', missing='missing'
        ) }}
    from planned
    union all
    select
        {{ answer(
            'K004', scope="'planned_share'", unit='share',
            value=ratio('planned_value', 'target_value'),
            numerator='planned_value', denominator='target_value', missing='missing_plan'
        ) }}
    from planned
    union all
    select
        {{ answer(
            'K004', scope="'gap_to_plan'", unit='percentage_points',
            value=ratio('high_ticket_amount', 'gmv_paid_amount') ~ ' - '
                ~ ratio('planned_value', 'target_value'),
            comparison="'planned_share'", comparison_value=ratio('planned_value', 'target_value'),
            missing='missing_plan'
        ) }}
    from planned
)

{{ answered('final') }}
