-- A dialect that defines a metric says so on all its axes: a bridge would lack steps, or be missing.
with

axes as (
    select
        metric_id,
        count(*) as axis_count
    from {{ ref('dialect_axes') }}
    group by metric_id
),

taken as (
    select
        metric_id,
        dialect_id,
        count(*) as axis_count
    from {{ ref('dim_dialects') }}
    group by metric_id, dialect_id
)

select
    taken.metric_id,
    taken.dialect_id,
    taken.axis_count,
    axes.axis_count as expected_count
from taken
left join axes on taken.metric_id = axes.metric_id
where taken.axis_count is distinct from axes.axis_count
