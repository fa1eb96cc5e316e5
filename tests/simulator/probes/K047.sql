-- First replies in service hours, on either side of the day on which each channel got faster.
select
    case when local_day(opened_at) < changed_on then 'before_mean' else 'after_mean' end as scope,
    avg(epoch(first_reply_at - opened_at)) as value
from cs_conversations
inner join truth_service_changes using (channel)
where is_service_hours
group by scope;
