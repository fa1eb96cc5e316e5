select
    'benefits' as scope,
    count(distinct benefit_id) as value
from benefit_uses
where programme = 'paid' and half_of(used_at) = latest_half();
