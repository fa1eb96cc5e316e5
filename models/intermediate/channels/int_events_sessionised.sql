{{ config(
    materialized='incremental',
    unique_key='visitor_id',
    meta={'changes': 'int_visitors_changed'},
) }}
-- Grain: event. Which session it belongs to, and the time it took. As narrow as sessions, funnels
-- and carts allow, since every event is sorted here; what few of them need is joined by event_id.
with

events as (
    select
        event_id,
        visitor_id,
        user_id,
        sku_id,
        event_name,
        engaged_seconds,
        -- Nothing happens after it was received. A clock that is wrong says nothing at all.
        case
            when
                event_at > received_at
                or event_at
                < {{ dbt.dateadd('day', -var('event_days_late_at_most'), 'received_at') }}
                then received_at
            else event_at
        end as occurred_at,
        event_at > received_at
        or event_at < {{ dbt.dateadd('day', -var('event_days_late_at_most'), 'received_at') }}
            as is_clock_wrong,
        -- What a page reports by itself says nothing about the pace of whoever looks at it.
        event_name not in (
            'impression', 'scroll', 'heartbeat', 'trust_block_view', 'free_shipping_prompt'
        ) as is_action,
        event_name in ('page_view', 'detail_view', 'content_view', 'view_cart') as is_opening
    from {{ ref('int_events') }}
    {{ where_changed('visitor_id', ref('int_visitors_changed')) }}
),

-- The page that thanks for a payment tells of it again whenever it is loaded.
payments as (
    select
        event_id,
        row_number() over (partition by visitor_id, order_id order by received_at, event_id)
            as telling_number
    from {{ ref('int_events') }}
    where
        event_name = 'pay'
        and order_id is not null
        {{ where_changed('visitor_id', ref('int_visitors_changed'), 'and') }}
),

followed as (
    select
        events.event_id,
        events.visitor_id,
        events.user_id,
        events.sku_id,
        case when payments.telling_number > 1 then 'pay_again' else events.event_name end
            as event_name,
        events.engaged_seconds,
        events.occurred_at,
        events.is_clock_wrong,
        events.is_action,
        events.is_opening,
        row_number() over (
            partition by events.visitor_id order by events.occurred_at, events.event_id
        ) as event_number,
        lag(events.occurred_at) over (
            partition by events.visitor_id order by events.occurred_at, events.event_id
        ) as previous_at
    from events
    left join payments on events.event_id = payments.event_id
),

sessionised as (
    select
        *,
        max(
            case
                when
                    previous_at is null
                    or occurred_at
                    >= {{ dbt.dateadd('minute', var('session_idle_minutes'), 'previous_at') }}
                    then occurred_at
            end
        ) over (
            partition by visitor_id order by event_number
            rows between unbounded preceding and current row
        ) as session_started_at,
        max(case when is_action then occurred_at end) over (
            partition by visitor_id order by event_number
            rows between unbounded preceding and 1 preceding
        ) as previous_action_at,
        count(case when is_opening then 1 end) over (
            partition by visitor_id order by event_number
            rows between unbounded preceding and 1 preceding
        ) as page_number
    from followed
),

timed as (
    select
        *,
        coalesce(previous_at < session_started_at, true) as is_landing,
        case
            when previous_at >= session_started_at
                then {{ dbt.datediff('previous_at', 'occurred_at', 'millisecond') }}
            else 0
        end as gap,
        case
            when is_action and previous_action_at >= session_started_at
                then {{ dbt.datediff('previous_action_at', 'occurred_at', 'millisecond') }}
        end as pause
    from sessionised
),

final as (
    select
        event_id,
        visitor_id || '-' || {{ epoch_us('session_started_at') }} as session_id,
        visitor_id,
        user_id,
        sku_id,
        session_started_at,
        occurred_at,
        event_name,
        is_action,
        is_clock_wrong,
        is_landing,
        event_number,
        page_number,
        -- Thousandths are exact as decimals, so that sums do not depend on the order of rows.
        cast(least(gap, coalesce(engaged_seconds * 1000, gap)) / 1000 as decimal(9, 3))
            as engaged_seconds,
        cast(pause / 1000 as decimal(9, 3)) as pause_seconds
    from timed
)

select * from final
