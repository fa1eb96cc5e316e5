-- Grain: measure x scope x target period x month of it, begun or not. What happened in the month up to
-- as_of, in the same days a year before, and in the whole month a year before.
with

as_of as (
    select as_of from {{ ref('int_as_of') }}
),

first_orders as (
    select min(business_date) as first_date from {{ ref('int_orders_converted') }}
),

scopes as (
    select distinct
        metric_id,
        scope_type,
        scope_id,
        starts_date,
        ends_date
    from {{ ref('int_targets_versioned') }}
    where starts_date < ends_date
),

actuals as (
    select * from {{ ref('int_target_actuals_daily') }}
),

numbers as (
    {{ dbt.generate_series(128) }}
),

months as (
    select
        scopes.*,
        greatest(
            scopes.starts_date,
            cast({{ dbt.dateadd(
                'month', 'numbers.generated_number - 1', "date_trunc('month', scopes.starts_date)"
            ) }} as date)
        ) as month_start_date,
        least(
            scopes.ends_date,
            cast({{ dbt.dateadd(
                'month', 'numbers.generated_number', "date_trunc('month', scopes.starts_date)"
            ) }} as date)
        ) as month_end_date
    from scopes
    cross join numbers
),

counted as (
    select
        months.*,
        least(months.month_end_date, as_of.as_of) as counted_until_date,
        coalesce(
            first_orders.first_date
            <= cast({{ dbt.dateadd('year', -1, 'months.starts_date') }} as date), false
        ) as has_history
    from months
    cross join as_of
    cross join first_orders
    where months.month_start_date < months.ends_date
),

dated as (
    select
        metric_id,
        scope_type,
        scope_id,
        business_date,
        actual_value,
        0 as base_value,
        unvalued_count
    from actuals
    union all
    select
        metric_id,
        scope_type,
        scope_id,
        cast({{ dbt.dateadd('year', 1, 'business_date') }} as date) as business_date,
        0 as actual_value,
        actual_value as base_value,
        0 as unvalued_count
    from actuals
),

final as (
    select
        counted.metric_id,
        counted.scope_type,
        counted.scope_id,
        counted.starts_date,
        counted.ends_date,
        counted.month_start_date,
        counted.month_end_date,
        counted.counted_until_date,
        counted.has_history,
        cast(coalesce(sum(
            case when dated.business_date < counted.counted_until_date then dated.actual_value end
        ), 0) as decimal(18, 4)) as actual_value,
        cast(coalesce(sum(
            case when dated.business_date < counted.counted_until_date then dated.base_value end
        ), 0) as decimal(18, 4)) as base_value,
        cast(coalesce(sum(dated.base_value), 0) as decimal(18, 4)) as whole_base_value,
        coalesce(sum(
            case when dated.business_date < counted.counted_until_date then dated.unvalued_count end
        ), 0) as unvalued_count
    from counted
    left join dated
        on
            counted.metric_id = dated.metric_id
            and counted.scope_type = dated.scope_type
            and counted.scope_id = dated.scope_id
            and counted.month_start_date <= dated.business_date
            and counted.month_end_date > dated.business_date
    group by
        counted.metric_id,
        counted.scope_type,
        counted.scope_id,
        counted.starts_date,
        counted.ends_date,
        counted.month_start_date,
        counted.month_end_date,
        counted.counted_until_date,
        counted.has_history
)

select * from final
