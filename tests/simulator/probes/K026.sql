-- Paid GMV of the half against the year's target in force and against half of it, the linear plan.
with target as (
    select arg_max(value, version) as value
    from targets
    where metric_id = 'gmv_paid' and scope_type = 'company' and starts_date = date '2026-01-01'
),

reached as (
    select sum(gmv) as gmv
    from paid_orders
    where half = latest_half()
)

select
    unnest(['attainment', 'gap_to_linear_plan']) as scope,
    unnest([gmv / value, gmv / value - 0.5]) as value
from reached
cross join target;
