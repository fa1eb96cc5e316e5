-- Persons who pay within a day of a conversation before a purchase, by month and side of the change.
with reached as (
    select
        local_day(opened_at) >= changed_on as is_after,
        conversations.user_id,
        date_trunc('month', opened_at) as month,
        bool_or(orders.order_id is not null) as converts
    from cs_conversations as conversations
    inner join truth_service_changes using (channel)
    left join paid_orders as orders
        on
            conversations.user_id = orders.user_id
            and orders.paid_at >= conversations.opened_at
            and orders.paid_at < conversations.opened_at + interval 1 day
    where conversations.queue = 'pre_sale'
    group by is_after, conversations.user_id, month
),

sides as (
    select
        count(*) filter (where is_after) as tries,
        count(*) filter (where is_after and converts) as hits,
        count(*) filter (where not is_after) as earlier_tries,
        count(*) filter (where not is_after and converts) as earlier_hits
    from reached
)

select
    'all' as scope,
    (hits / tries) / (earlier_hits / earlier_tries) - 1 as value,
    ratio_error(hits, tries, earlier_hits, earlier_tries) as error
from sides;
