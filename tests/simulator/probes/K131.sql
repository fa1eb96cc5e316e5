-- Conversations about what the person asked about within the week before.
select
    'repeat' as scope,
    avg(exists (
        select 1
        from cs_conversations as earlier
        where
            earlier.user_id = later.user_id
            and earlier.intent_label = later.intent_label
            and earlier.opened_at < later.opened_at
            and earlier.opened_at >= later.opened_at - interval 7 day
    )::int) as value
from cs_conversations as later
where half_of(later.opened_at) = latest_half();
