-- Grain: question x period x scope. Values do not add up. What is not made of measures is answered
-- in an int_questions_answered_by_ model of its own, which is registered by a line here.
with

answered as (
    select * from {{ ref('int_questions_answered_by_sales') }}
    union all
    select * from {{ ref('int_questions_answered_by_regions') }}
    union all
    select * from {{ ref('int_questions_answered_by_credits') }}
    union all
    select * from {{ ref('int_questions_answered_by_growth') }}
    union all
    select * from {{ ref('int_questions_answered_by_drivers') }}
    union all
    select * from {{ ref('int_questions_answered_by_conversion') }}
    union all
    select * from {{ ref('int_questions_answered_by_targets') }}
    union all
    select * from {{ ref('int_questions_answered_by_categories') }}
    union all
    select * from {{ ref('int_questions_answered_by_promotions') }}
    union all
    select * from {{ ref('int_questions_answered_by_registry') }}
    union all
    select * from {{ ref('int_questions_answered_by_carts') }}
    union all
    select * from {{ ref('int_questions_answered_by_service') }}
    union all
    select * from {{ ref('int_questions_answered_by_losses') }}
    union all
    select * from {{ ref('int_questions_answered_by_experiments') }}
    union all
    select * from {{ ref('int_questions_answered_by_page_speed') }}
    union all
    select * from {{ ref('int_questions_answered_by_seasonality') }}
    union all
    select * from {{ ref('int_questions_answered_by_recommendations') }}
    union all
    select * from {{ ref('int_questions_answered_by_outreach') }}
),

periods as (
    select
        period,
        year_ago_period,
        start_date,
        end_date,
        is_complete
    from {{ ref('dim_periods') }}
),

set_aside as (
    select
        periods.period,
        sum(abs(rows_set_aside.worth_amount)) as set_aside_amount
    from periods
    inner join {{ ref('fct_rows_set_aside') }} as rows_set_aside
        on
            periods.start_date <= rows_set_aside.business_date
            and periods.end_date > rows_set_aside.business_date
    where rows_set_aside.is_counted
    group by periods.period
),

-- What an answer is compared with when its question names nothing else: itself, a year before.
comparable as (
    select
        periods.period,
        year_ago.period as year_ago_period
    from periods
    inner join periods as year_ago on periods.year_ago_period = year_ago.period
    where periods.is_complete and year_ago.is_complete
),

final as (
    select
        answered.question_id,
        answered.period,
        answered.scope,
        answered.value,
        answered.unit,
        answered.numerator,
        answered.denominator,
        answered.n,
        answered.ci_low,
        answered.ci_high,
        answered.evidence_grade,
        answered.is_mature,
        coalesce(answered.comparison, year_ago.period) as comparison,
        case
            when answered.comparison is not null then answered.comparison_value
            else year_ago.value
        end as comparison_value,
        cast(coalesce(set_aside.set_aside_amount, 0) as decimal(18, 2)) as set_aside_amount,
        answered.note
    from answered
    left join set_aside on answered.period = set_aside.period
    left join comparable on answered.period = comparable.period
    left join answered as year_ago
        on
            comparable.year_ago_period = year_ago.period
            and answered.question_id = year_ago.question_id
            and answered.scope = year_ago.scope
            and answered.value is not null
            and year_ago.value is not null
)

select * from final
