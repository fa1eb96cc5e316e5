-- The arrival's channel; paid search is search, bought.
select
    case
        when medium in ('organic', 'cpc') then 'search'
        when medium = 'recommendation' then medium
        when medium = '' then 'direct'
        else 'other'
    end as scope,
    count(*) / sum(count(*)) over () as value
from sessions
where half_of(started_at) = latest_half()
group by scope;
