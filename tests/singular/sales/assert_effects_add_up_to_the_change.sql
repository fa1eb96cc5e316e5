-- The effects of a bridge that can be measured add up to the change that it explains, to the cent.
select
    period,
    comparison,
    bridge,
    dimension,
    member,
    max(change_amount) as change_amount,
    sum(effect_amount) as effect_amount
from {{ ref('fct_growth_drivers') }}
group by period, comparison, bridge, dimension, member
having
    count(effect_amount) > 0
    and sum(effect_amount) is distinct from max(change_amount)
