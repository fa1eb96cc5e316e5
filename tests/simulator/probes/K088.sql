-- Turns of owned stock, cost of goods net of returns, against the industry's.
with changes as (
    select
        local_day(moved_at) as day,
        sum(quantity * unit_cost) as amount,
        -coalesce(sum(quantity * unit_cost) filter (where move_type in ('sale', 'return')), 0) as cogs
    from inventory_moves
    where ownership = 'owned'
    group by day
),

balances as (
    select
        day,
        cogs,
        sum(amount) over (order by day) as balance
    from changes
),

turns as (
    select sum(cogs) * 365 / 181 / avg(balance) as turns
    from balances
    where day >= date '2026-01-01'
)

select
    'own_over_industry' as scope,
    turns.turns / benchmarks.value as value
from turns
cross join industry_benchmarks as benchmarks
where
    benchmarks.metric_id = 'inventory_turns' and benchmarks.category_id is null
    and benchmarks.starts_date = date '2026-01-01';
