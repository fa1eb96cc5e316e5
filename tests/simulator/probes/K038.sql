select
    'all' as scope,
    avg(is_bounce::int) as value
from sessions
where half_of(started_at) = latest_half();
