-- An option that no model knows would drop its bridges in silence.
select
    paired.metric_id,
    paired.rule_before,
    paired.rule_after
from {{ ref('int_dialects_paired') }} as paired
cross join {{ ref('dim_periods') }} as periods
left join {{ ref('fct_bridges') }} as bridges
    on
        paired.metric_id = bridges.metric_id
        and paired.from_dialect_id = bridges.from_dialect_id
        and paired.to_dialect_id = bridges.to_dialect_id
        and paired.step_number = bridges.step_number
        and periods.period = bridges.period
where bridges.period is null
