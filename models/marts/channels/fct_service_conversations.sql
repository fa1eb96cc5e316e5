-- Grain: conversation with customer service. Seconds and flags add up; persons do not. No text.
with

conversations as (
    select
        *,
        {{ business_date('opened_at') }} as business_date,
        coalesce(first_reply_at < opened_at or closed_at < opened_at, false) as is_clock_wrong
    from {{ ref('int_cs_conversations') }}
),

owned as (
    select
        conversations.conversation_id,
        conversations.opened_at,
        coalesce(accounts.person_id, browsers.person_id) as person_id
    from conversations
    {{ join_persons('conversations', ref('int_person_identifiers')) }}
),

orders as (
    select
        person_id,
        paid_at
    from {{ ref('int_orders_converted') }}
    where paid_at is not null
),

paid as (
    select distinct owned.conversation_id
    from owned
    inner join orders
        on
            owned.person_id = orders.person_id
            and owned.opened_at <= orders.paid_at
            and {{ dbt.dateadd('hour', var('inquiry_payment_hours'), 'owned.opened_at') }}
            > orders.paid_at
),

known as (
    select {{ to_utc('cast(as_of as timestamp)', var('business_tz')) }} as known_until_at
    from {{ ref('int_as_of') }}
),

final as (
    select
        conversations.conversation_id,
        owned.person_id,
        conversations.queue,
        conversations.channel as contact_channel,
        conversations.opened_at,
        conversations.business_date,
        conversations.first_replied_by,
        conversations.is_service_hours,
        conversations.is_bot_only,
        conversations.is_clock_wrong,
        conversations.first_reply_at is not null as is_replied,
        conversations.csat is not null as is_rated,
        coalesce(conversations.csat >= 4, false) as is_satisfied,
        conversations.queue = 'pre_sale' and owned.person_id is not null as is_inquiry,
        paid.conversation_id is not null as is_paid_after,
        {{ dbt.dateadd('hour', var('inquiry_payment_hours'), 'conversations.opened_at') }}
        <= known.known_until_at as is_mature,
        -- Thousandths are exact as decimals, so that sums do not depend on the order of rows.
        case
            when not conversations.is_clock_wrong
                then cast(
                    {{ dbt.datediff(
                        'conversations.opened_at', 'conversations.first_reply_at', 'millisecond'
                    ) }} / 1000 as decimal(18, 3)
                )
        end as wait_seconds
    from conversations
    inner join owned on conversations.conversation_id = owned.conversation_id
    left join paid on conversations.conversation_id = paid.conversation_id
    cross join known
)

select * from final
