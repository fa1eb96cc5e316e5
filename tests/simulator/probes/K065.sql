select
    'tiers' as scope,
    count(distinct level) as value
from memberships
where programme = 'tier';
