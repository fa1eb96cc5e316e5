-- Grain: measure x scope type x scope x period of the review. The target of the year that the period
-- lies in; where years overlap, of the one that began last.
with

attainment as (
    select
        *,
        max(target_start_date) over (partition by metric_id, period) as latest_start_date
    from {{ ref('fct_target_attainment') }}
    where target_end_date = {{ dbt.dateadd('year', 1, 'target_start_date') }}
),

final as (
    select
        period,
        is_complete,
        metric_id,
        scope_type,
        scope_id,
        target_value,
        reached_value,
        period_value,
        period_plan_value,
        attainment_rate,
        linear_plan_value,
        linear_gap_rate,
        phased_plan_value,
        phased_gap_rate,
        month_count,
        landing_value,
        landing_low_value,
        landing_high_value,
        missing_reason,
        missing_phasing_reason,
        missing_landing_reason
    from attainment
    where target_start_date = latest_start_date
)

select * from final
