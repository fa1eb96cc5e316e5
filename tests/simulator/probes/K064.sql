-- Points spent over points earned, gross of reversals, against the half a year before.
with rates as (
    select
        half_of(entered_at) as half,
        -sum(points) filter (where entry_type like 'redeem%')
        / sum(points) filter (where entry_type = 'earn') as rate
    from points_ledger
    group by half
)

select
    'yoy' as scope,
    any_value(rate) filter (where half = latest_half())
    / any_value(rate) filter (where half = latest_half() - 2) - 1 as value
from rates;
