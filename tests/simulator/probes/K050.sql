select
    'best_session' as scope,
    max(gmv) as value
from (
    select sum(gmv) as gmv
    from paid_orders
    where live_session_id is not null
    group by live_session_id
) as live;
