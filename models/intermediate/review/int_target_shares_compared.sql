-- Grain: period x kind of scope x scope. Sales targets of categories and macro-regions, and what is
-- reached outside of them, so that the parts of one kind add up to what the company has reached.
with

targets as (
    select * from {{ ref('int_annual_targets_attained') }}
    where metric_id = '{{ var("sales_target_metric") }}'
),

regions as (
    select
        region_id,
        macro_region_id
    from {{ ref('dim_regions') }}
),

company as (
    select
        period,
        is_complete,
        target_value,
        reached_value,
        missing_reason
    from targets
    where scope_type = 'company'
),

scoped as (
    select
        targets.period,
        targets.scope_type,
        coalesce(regions.macro_region_id, targets.scope_id) as scope_id,
        targets.target_value,
        targets.reached_value,
        targets.missing_reason
    from targets
    left join regions on targets.scope_type = 'region' and targets.scope_id = regions.region_id
    where targets.scope_type in ('category', 'region')
),

summed as (
    select
        period,
        scope_type,
        scope_id,
        sum(target_value) as target_value,
        sum(reached_value) as reached_value,
        max(missing_reason) as missing_reason
    from scoped
    group by period, scope_type, scope_id
),

outside as (
    select
        company.period,
        summed.scope_type,
        'others' as scope_id,
        company.reached_value - sum(summed.reached_value) as reached_value,
        max(summed.missing_reason) as missing_reason
    from company
    inner join summed on company.period = summed.period
    group by company.period, company.reached_value, summed.scope_type
),

together as (
    select
        period,
        scope_type,
        scope_id,
        target_value,
        reached_value,
        missing_reason
    from summed
    union all
    select
        period,
        scope_type,
        scope_id,
        null as target_value,
        reached_value,
        missing_reason
    from outside
),

final as (
    select
        together.period,
        together.scope_type,
        together.scope_id,
        together.target_value,
        together.reached_value,
        company.target_value as company_target_value,
        together.missing_reason,
        coalesce(company.missing_reason, together.missing_reason) as missing_contribution_reason
    from together
    inner join company on together.period = company.period
)

select * from final
