-- The messages and the tickets as the shop's exports show them.

create table shop.cs_messages as
with topics as (
    select
        messages.message_key,
        messages.conversation_id,
        messages.conversation_number,
        messages.message_no,
        messages.sender,
        messages.sent_at,
        messages.category_name,
        case
            when messages.sender = 'bot' then 'bot'
            when messages.sender = 'agent' then 'agent'
            when messages.message_no = 1 then messages.intent
            else 'thanks'
        end as main_topic,
        case
            when messages.message_no = messages.need_in_message and messages.scenario != 'none' then messages.scenario
        end as need_topic
    from plan.message_texts as messages
),

written as (
    select
        topics.*,
        case when topics.message_no = 1 then openings.text else '' end
        || replace(phrases.text, '{c}', topics.category_name)
        || coalesce(',' || needs.text, '')
        || case when topics.message_no = 1 then closings.text else '' end as text
    from topics
    inner join plan.phrases as phrases
        on
            topics.main_topic = phrases.topic
            and pick('phrase', topics.message_key, phrases.phrases) = phrases.phrase_number
    inner join plan.phrases as openings
        on openings.topic = 'opening' and pick('opening', topics.message_key, openings.phrases) = openings.phrase_number
    inner join plan.phrases as closings
        on closings.topic = 'closing' and pick('closing', topics.message_key, closings.phrases) = closings.phrase_number
    left join plan.phrases as needs
        on
            topics.need_topic = needs.topic
            and pick('need', topics.message_key, needs.phrases) = needs.phrase_number
)

select
    'M' || lpad(cast(message_key as varchar), 10, '0') as message_id,
    conversation_id,
    sender,
    text,
    sent_at
from written
where sent_at < utc(cast(as_of() as timestamp))
order by message_id;

-- Tickets of what the agent could not settle at once; the classifier came half a year ago.
create table shop.tickets as
with opened as (
    select
        conversations.*,
        exported.conversation_id,
        conversations.opened_at + interval 30 minute as created_at
    from plan.conversations as conversations
    inner join shop.cs_conversations as exported
        on 'CV' || lpad(cast(conversations.conversation_number as varchar), 9, '0') = exported.conversation_id
    where
        conversations.queue != 'pre_sale'
        and not conversations.is_unanswered
        and uniform('opens ticket', conversations.conversation_number) < parameter('service.ticketed')
),

intents as (
    select
        intent,
        row_number() over (order by intent) - 1 as intent_number,
        count(*) over () as intents
    from (select distinct intent from opened) as named
),

classified as (
    select
        opened.*,
        opened.created_at >= utc(cast(days_later(as_of(), -181) as timestamp)) as has_classifier,
        uniform('classifies', opened.conversation_number) < parameter('service.ticket_accuracy') as is_right,
        others.intent as other_intent,
        opened.created_at + (1 + exponential('ticket time', opened.conversation_number) * 20) * interval 1 hour as closed_at
    from opened
    inner join intents on opened.intent = intents.intent
    inner join intents as others
        on
            (intents.intent_number + 1 + pick('wrong category', opened.conversation_number, intents.intents - 1))
            % intents.intents = others.intent_number
)

select
    'TK' || lpad(cast(conversation_number as varchar), 9, '0') as ticket_id,
    conversation_id,
    case when closed_at < utc(cast(as_of() as timestamp)) then intent end as category,
    case when has_classifier then case when is_right then intent else other_intent end end as auto_category,
    case when has_classifier then 'tickets-1' end as model_version,
    case
        when is_bot_only or (has_classifier and uniform('ticket by bot', conversation_number) < 0.25) then 'bot'
        else 'human'
    end as handled_by,
    created_at,
    case when closed_at < utc(cast(as_of() as timestamp)) then closed_at end as closed_at,
    case
        when has_classifier
            then least(0.999, 0.45 + 0.5 * power(uniform('ticket score', conversation_number), case when is_right then 0.4 else 2 end))
    end as auto_score,
    case
        when closed_at < utc(cast(as_of() as timestamp))
            then cast(120 + 600 * exponential('ticket work', conversation_number) as integer)
    end as handling_seconds
from classified
order by ticket_id;
