-- Every dimension of growth has the total's value and base, to the cent; no member is lost.
with

summed as (
    select
        period,
        comparison,
        measure,
        dimension,
        sum(value_amount) as value_amount,
        sum(base_amount) as base_amount
    from {{ ref('fct_sales_growth') }}
    group by period, comparison, measure, dimension
)

select
    members.*,
    totals.value_amount as total_value_amount,
    totals.base_amount as total_base_amount
from summed as members
left join summed as totals
    on
        members.period = totals.period
        and members.comparison = totals.comparison
        and members.measure = totals.measure
        and totals.dimension = 'total'
where
    members.value_amount is distinct from totals.value_amount
    or members.base_amount is distinct from totals.base_amount
