-- Grain: experiment x metric: those of every experiment and the one that decides, even if nobody
-- has defined it. The window of an action begins with the exposure; without hours it ends with the
-- experiment.
with

experiments as (
    select
        experiment_id,
        primary_metric,
        alpha,
        started_at,
        ended_at
    from {{ ref('int_experiments') }}
),

metrics as (
    select * from {{ ref('experiment_metrics') }}
),

today as (
    select as_of as first_unknown_date
    from {{ ref('int_as_of') }}
),

defined as (
    select
        experiments.*,
        metrics.metric_id,
        metrics.kind,
        metrics.measure,
        metrics.denominator_measure,
        metrics.window_hours,
        metrics.is_same_sku,
        metrics.direction,
        metrics.metric_role,
        metrics.awaits_refunds
    from experiments
    inner join metrics
        on metrics.is_of_every_experiment or experiments.primary_metric = metrics.metric_id
),

united as (
    select * from defined
    union all
    select
        experiments.*,
        experiments.primary_metric as metric_id,
        cast(null as string) as kind,
        cast(null as string) as measure,
        cast(null as string) as denominator_measure,
        cast(null as integer) as window_hours,
        false as is_same_sku,
        cast(null as string) as direction,
        'primary' as metric_role,
        false as awaits_refunds
    from experiments
    left join metrics on experiments.primary_metric = metrics.metric_id
    where metrics.metric_id is null
),

windowed as (
    select
        *,
        {{ dbt.dateadd('hour', 'coalesce(window_hours, 0)', 'ended_at') }} as last_window_ends_at
    from united
),

known as (
    select
        first_unknown_date,
        cast({{ dbt.dateadd('day', -var('settlement_days'), 'first_unknown_date') }} as date)
            as settled_until_date
    from today
),

final as (
    select
        windowed.experiment_id,
        windowed.metric_id,
        windowed.kind,
        windowed.measure,
        windowed.denominator_measure,
        windowed.window_hours,
        windowed.is_same_sku,
        windowed.direction,
        case
            when windowed.metric_id = windowed.primary_metric then 'primary'
            else windowed.metric_role
        end as metric_role,
        windowed.awaits_refunds,
        windowed.alpha,
        windowed.started_at,
        windowed.ended_at,
        -- What the last person exposed does in the window, and takes back, is known.
        coalesce(
            {{ business_date('windowed.last_window_ends_at') }}
            <= case
                when windowed.awaits_refunds then known.settled_until_date
                else known.first_unknown_date
            end,
            false
        ) as is_mature
    from windowed
    cross join known
)

select * from final
