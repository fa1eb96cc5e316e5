select
    'mean' as scope,
    avg(engaged_seconds) as value
from sessions
where half_of(started_at) = latest_half();
