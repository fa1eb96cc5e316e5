-- Conversations: how long customers waited, how they rated the service, and what is exported.

create table plan.conversations as
with placed as (
    select
        *,
        row_number() over (order by opened_at, queue, is_repeat, contact_key) as conversation_number,
        hour(opened_at + interval 8 hour) >= 9 and hour(opened_at + interval 8 hour) < 22 as is_service_hours,
        cast(date_trunc('month', opened_at + interval 8 hour) as date) as month_start,
        year(opened_at + interval 8 hour) * 2 + (month(opened_at + interval 8 hour) - 1) // 6 as half
    from plan.contacts
    where opened_at < utc(cast(as_of() as timestamp)) - interval 18 hour
),

waiting as (
    select
        placed.*,
        placed.month_start >= changes.changed_on as is_after,
        placed.is_service_hours and uniform('is left', placed.conversation_number) < parameter('service.left_unanswered')
            as is_unanswered,
        not placed.is_service_hours and uniform('bot solves', placed.conversation_number) < parameter('service.bot_solves')
            as is_bot_only,
        cast(1000 * exp(0.9 * normal('waits', placed.conversation_number)) as bigint) as wait
    from placed
    inner join truth.service_changes as changes using (channel)
)

-- K047: waiting times of each month and way of contact are stretched to the planted mean.
select
    *,
    case
        when is_unanswered then null
        when not is_service_hours then 2 + 4 * uniform('bot waits', conversation_number)
        else
            wait / avg(wait) over (partition by channel, month_start, is_service_hours, is_unanswered)
            * case when is_after then parameter('service.wait_after') else parameter('service.wait_before') end
    end as wait_seconds,
    200 + 500 * exponential('handling', conversation_number) as handling_seconds
from waiting;

-- K048: of the rated conversations of a half-year the planted share is satisfied, sooner those who
-- waited less.
create table plan.ratings as
with rated as (
    select
        conversation_number,
        half,
        row_number() over (
            partition by half
            order by wait_seconds / 600 + 2 * uniform('mood', conversation_number), conversation_number
        ) as mood_rank,
        count(*) over (partition by half) as ratings
    from plan.conversations
    where not is_unanswered and uniform('rates', conversation_number) < parameter('service.rated')
)

select
    conversation_number,
    case
        when mood_rank <= round(ratings * case
            when half >= year(days_later(as_of(), -1)) * 2 then parameter('service.satisfied')
            else parameter('service.satisfied_before')
        end) then case when uniform('stars', conversation_number) < 0.65 then 5 else 4 end
        else 1 + pick('stars', conversation_number, 3)
    end as csat
from rated;

create table shop.cs_conversations as
select
    'CV' || lpad(cast(conversations.conversation_number as varchar), 9, '0') as conversation_id,
    conversations.user_id,
    conversations.visitor_id,
    conversations.order_id,
    case when conversations.queue = 'pre_sale' then asked.sku_id else lines.sku_id end as sku_id,
    case
        when conversations.intent in ('return_request', 'refund_progress', 'quality_complaint') then refunds.refund_id
    end as refund_id,
    conversations.queue,
    conversations.channel,
    case when uniform('is filed', conversations.conversation_number) < 0.97 then conversations.intent end as intent_label,
    case
        when not conversations.is_bot_only and not conversations.is_unanswered
            then 'A' || lpad(cast(1 + pick('agent', conversations.conversation_number, 40) as varchar), 3, '0')
    end as agent_id,
    case
        when conversations.is_unanswered then null
        when conversations.is_service_hours then 'human'
        else 'bot'
    end as first_replied_by,
    conversations.opened_at,
    conversations.opened_at + conversations.wait_seconds * interval 1 second as first_reply_at,
    conversations.opened_at + case
        when conversations.is_unanswered then 1800
        when conversations.is_bot_only then 120 + conversations.handling_seconds * 0.2
        -- Who asks at night and needs a human waits for the morning.
        when not conversations.is_service_hours then 36000 + conversations.handling_seconds
        else conversations.wait_seconds + conversations.handling_seconds
    end * interval 1 second as closed_at,
    conversations.is_service_hours,
    conversations.is_bot_only,
    case
        when ratings.csat is not null then ratings.csat >= 3
        when uniform('says whether solved', conversations.conversation_number) < 0.4
            then uniform('solved', conversations.conversation_number) < case when conversations.is_repeat then 0.6 else 0.75 end
    end as is_resolved,
    cast(ratings.csat as integer) as csat,
    case
        when not conversations.is_bot_only and not conversations.is_unanswered
            then cast(conversations.handling_seconds as integer)
    end as handling_seconds
from plan.conversations as conversations
left join plan.ratings as ratings using (conversation_number)
left join (
    select
        order_id,
        min(sku_id) as sku_id
    from shop.order_lines
    group by order_id
) as lines on conversations.order_id = lines.order_id
left join (
    select
        order_id,
        min(refund_id) as refund_id
    from shop.refunds
    group by order_id
) as refunds on conversations.order_id = refunds.order_id
left join plan.skus as asked
    on pick('asks about', conversations.conversation_number, (select count(*) from plan.skus)) = asked.sku_number
order by conversation_id;
