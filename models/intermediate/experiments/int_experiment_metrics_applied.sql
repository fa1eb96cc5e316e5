-- Grain: experiment x metric: those of every experiment and the one that decides, even if nobody has
-- defined it. The window of an action begins with the exposure; without hours it ends with the
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

as_of as (
    select as_of from {{ ref('int_as_of') }}
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
        metrics.role,
        metrics.awaits_refunds
    from experiments
    inner join metrics
        on metrics.is_of_every_experiment or metrics.metric_id = experiments.primary_metric
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
        'primary' as role,
        false as awaits_refunds
    from experiments
    left join metrics on experiments.primary_metric = metrics.metric_id
    where metrics.metric_id is null
),

final as (
    select
        united.experiment_id,
        united.metric_id,
        united.kind,
        united.measure,
        united.denominator_measure,
        united.window_hours,
        united.is_same_sku,
        united.direction,
        case when united.metric_id = united.primary_metric then 'primary' else united.role end
            as role,
        united.awaits_refunds,
        united.alpha,
        united.started_at,
        united.ended_at,
        -- What the last person exposed does in the window, and takes back, is known.
        coalesce(
            {{ business_date(dbt.dateadd('hour', 'coalesce(united.window_hours, 0)', 'united.ended_at')) }}
            <= case
                when united.awaits_refunds
                    then cast(
                        {{ dbt.dateadd('day', -var('settlement_days'), 'as_of.as_of') }} as date
                    )
                else as_of.as_of
            end,
            false
        ) as is_mature
    from united
    cross join as_of
)

select * from final
