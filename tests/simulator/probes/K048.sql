select
    'all' as scope,
    avg((csat >= 4)::int) as value
from cs_conversations
where half_of(opened_at) = latest_half();
