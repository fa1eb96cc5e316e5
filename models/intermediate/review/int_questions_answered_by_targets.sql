-- Grain: question x period x scope, of the questions about the targets of the year.
with

periods as (
    select
        period,
        start_date,
        end_date,
        is_complete
    from {{ ref('dim_periods') }}
),

company as (
    select * from {{ ref('int_annual_targets_attained') }}
    where scope_type = 'company'
),

sales as (
    select
        periods.period,
        periods.is_complete,
        company.target_value,
        company.reached_value,
        company.attainment_rate,
        company.linear_gap_rate,
        company.phased_gap_rate,
        company.linear_plan_value / nullif(company.target_value, 0) as linear_share,
        company.phased_plan_value / nullif(company.target_value, 0) as phased_share,
        company.month_count,
        company.landing_value,
        company.landing_low_value / nullif(company.target_value, 0) as landing_low,
        company.landing_high_value / nullif(company.target_value, 0) as landing_high,
        case
            when company.period is null then 'no target of sales is set for the year'
            else company.missing_reason
        end as missing,
        case
            when company.period is null then 'no target of sales is set for the year'
            else company.missing_phasing_reason
        end as missing_phasing,
        case
            when company.period is null then 'no target of sales is set for the year'
            else company.missing_landing_reason
        end as missing_landing
    from periods
    left join company
        on
            periods.period = company.period
            and company.metric_id = '{{ var("sales_target_metric") }}'
),

shares as (
    select
        periods.period,
        periods.is_complete,
        case
            when compared.period is null then 'all'
            else concat(compared.scope_type, ':', compared.scope_id)
        end as scope,
        case
            when compared.period is null then 'all:contribution'
            else concat(compared.scope_type, ':', compared.scope_id, ':contribution')
        end as contribution_scope,
        compared.scope_id,
        compared.target_value,
        compared.reached_value,
        compared.company_target_value,
        case
            when compared.period is null then 'no category or region has a target'
            else compared.missing_reason
        end as missing,
        case
            when compared.period is null then 'no category or region has a target'
            else compared.missing_contribution_reason
        end as missing_contribution
    from periods
    left join {{ ref('int_target_shares_compared') }} as compared
        on periods.period = compared.period
),

-- A target set for just this period comes before the part of the year's that is planned for it.
own_targets as (
    select
        targets.period,
        targets.target_value,
        targets.missing_reason
    from {{ ref('fct_target_attainment') }} as targets
    inner join periods
        on
            targets.period = periods.period
            and targets.target_start_date = periods.start_date
            and targets.target_end_date = periods.end_date
    where targets.metric_id = 'new_registrations' and targets.scope_type = 'company'
),

registrations as (
    select
        periods.period,
        periods.is_complete,
        company.target_value,
        company.period_value,
        coalesce(own_targets.target_value, company.period_plan_value) as period_target_value,
        case
            when company.period is null then 'no target of registrations is set for the year'
            else company.missing_reason
        end as missing,
        case
            when company.period is null then 'no target of registrations is set for the year'
            when company.missing_reason is not null then company.missing_reason
            when own_targets.period is not null then own_targets.missing_reason
            when company.missing_phasing_reason is not null then company.missing_phasing_reason
            when company.period_plan_value <= 0 then 'nothing is planned for the period'
        end as missing_period
    from periods
    left join company
        on periods.period = company.period and company.metric_id = 'new_registrations'
    left join own_targets on periods.period = own_targets.period
),

final as (
    select
        {{ answer(
            'K026', scope="'attainment'", unit='share', value='attainment_rate',
            numerator='reached_value', denominator='target_value', missing='missing'
        ) }}
    from sales
    union all
    select
        {{ answer(
            'K026', scope="'gap_to_linear_plan'", unit='share', value='linear_gap_rate',
            comparison="'linear_plan'", comparison_value='linear_share', missing='missing'
        ) }}
    from sales
    union all
    select
        {{ answer(
            'K026', scope="'gap_to_phased_plan'", unit='share', value='phased_gap_rate',
            comparison="'phased_plan'", comparison_value='phased_share',
            missing='missing_phasing'
        ) }}
    from sales
    union all
    select
        {{ answer(
            'K026', scope="'landing'", unit='ratio', value=ratio('landing_value', 'target_value'),
            numerator='landing_value', denominator='target_value', n='month_count',
            ci_low='landing_low', ci_high='landing_high', grade='C',
            missing='missing_landing',
            note="'Forecast: the rest of last year times the growth so far.'"
        ) }}
    from sales
    union all
    select
        {{ answer(
            'K027', scope='scope', unit='share', value=ratio('reached_value', 'target_value'),
            numerator='reached_value', denominator='target_value', missing='missing'
        ) }}
    from shares
    where coalesce(scope_id, '') != 'others'
    union all
    select
        {{ answer(
            'K027', scope='contribution_scope', unit='share',
            value=ratio('reached_value', 'company_target_value'),
            numerator='reached_value', denominator='company_target_value',
            missing='missing_contribution'
        ) }}
    from shares
    union all
    select
        {{ answer(
            'K028', scope="'annual'", unit='share', value=ratio('period_value', 'target_value'),
            numerator='period_value', denominator='target_value', missing='missing'
        ) }}
    from registrations
    union all
    select
        {{ answer(
            'K028', scope="'period'", unit='share',
            value=ratio('period_value', 'period_target_value'),
            numerator='period_value', denominator='period_target_value',
            missing='missing_period'
        ) }}
    from registrations
)

{{ answered('final') }}
