-- Grain: local day of the opening x queue x way of contact. Everything adds up. A mean wait is
-- seconds over replies of the same kind.
with

conversations as (
    select
        *,
        is_service_hours and first_replied_by = 'human' and wait_seconds is not null
            as is_human_reply,
        first_replied_by = 'bot' and wait_seconds is not null as is_bot_reply
    from {{ ref('fct_service_conversations') }}
),

final as (
    select
        business_date,
        queue,
        contact_channel,
        count(*) as conversation_count,
        count(*) filter (where is_service_hours) as service_hours_count,
        count(*) filter (where is_service_hours and not is_replied) as unanswered_count,
        count(*) filter (where is_bot_only) as bot_only_count,
        count(*) filter (where is_clock_wrong) as wrong_clock_count,
        count(*) filter (where is_human_reply) as human_reply_count,
        count(*) filter (where is_bot_reply) as bot_reply_count,
        count(*) filter (where is_rated) as rated_count,
        count(*) filter (where is_satisfied) as satisfied_count,
        count(*) filter (where is_inquiry and is_mature) as inquiry_count,
        count(*) filter (where is_inquiry and is_mature and is_paid_after)
            as paid_inquiry_count,
        cast(coalesce(sum(case when is_human_reply then wait_seconds end), 0) as decimal(18, 3))
            as human_wait_seconds,
        cast(coalesce(sum(case when is_bot_reply then wait_seconds end), 0) as decimal(18, 3))
            as bot_wait_seconds
    from conversations
    group by business_date, queue, contact_channel
)

select * from final
