-- Grain: local day of the receipt x name of the event; orders count on the day on which the server
-- took them. Everything adds up. Includes events of bots, which the tracking code sends as well.
with

plan as (
    select
        *,
        true as is_planned
    from {{ ref('tracking_plan') }}
),

events as (
    select
        events.event_id,
        events.source_system,
        events.received_at,
        {{ business_date('events.received_at') }} as business_date,
        events.event_name,
        events.order_id,
        coalesce(plan.is_planned, false) as is_planned,
        coalesce(
            (not plan.needs_page_type or events.page_type is not null)
            and (not plan.needs_sku_id or events.sku_id is not null)
            and (not plan.needs_quantity or events.quantity is not null)
            and (not plan.needs_position or events.position is not null)
            and (not plan.needs_search_text or events.search_text is not null)
            and (not plan.needs_order_id or events.order_id is not null)
            and (not plan.needs_freight_shown or events.freight_shown is not null)
            and (not plan.needs_payment_methods or events.payment_methods is not null)
            and (not plan.needs_block_type or events.block_type is not null)
            and (not plan.needs_scroll_share or events.scroll_share is not null)
            and (not plan.needs_user_id or events.user_id is not null)
            and (not plan.needs_live_session_id or events.live_session_id is not null),
            false
        ) as is_complete,
        events.event_at > events.received_at
        or events.event_at
        < {{ dbt.dateadd('day', -var('event_days_late_at_most'), 'events.received_at') }}
            as is_clock_wrong
    from {{ ref('int_events') }} as events
    left join plan on events.event_name = plan.event_name
),

deliveries as (
    select
        received_date as business_date,
        event_name,
        landed_count,
        superseded_count,
        deleted_count,
        quarantined_count
    from {{ ref('int_event_deliveries') }}
),

-- Orders from before the first event of their source were never to be tracked.
tracked_since as (
    select
        source_system,
        min(business_date) as first_date
    from events
    group by source_system
),

orders as (
    select
        order_id,
        source_system,
        business_date,
        case when is_paid then paid_date end as paid_date
    from {{ ref('int_orders_converted') }}
),

-- What an event tells of an order, the first time and, as a page is loaded again, later on.
tellings as (
    select
        event_name,
        order_id,
        business_date,
        row_number() over (
            partition by event_name, order_id order by received_at, event_id
        ) as telling_number
    from events
    where event_name in ('submit_order', 'pay') and order_id is not null
),

told as (
    select
        event_name,
        order_id
    from tellings
    where telling_number = 1
),

taken as (
    select
        order_id,
        source_system,
        'submit_order' as event_name,
        business_date
    from orders
    union all
    select
        order_id,
        source_system,
        'pay' as event_name,
        paid_date as business_date
    from orders
    where paid_date is not null
),

counted as (
    select
        events.business_date,
        events.event_name,
        count(*) as event_count,
        count(*) filter (where events.is_planned) as planned_event_count,
        count(*) filter (where events.is_complete) as complete_event_count,
        count(*) filter (where events.is_clock_wrong) as wrong_clock_event_count,
        count(*) filter (where events.order_id is not null and known.order_id is null)
            as unknown_order_event_count,
        0 as landed_count,
        0 as superseded_count,
        0 as deleted_count,
        0 as quarantined_count,
        0 as repeated_event_count,
        0 as server_order_count,
        0 as untold_order_count
    from events
    left join {{ ref('int_orders') }} as known on events.order_id = known.order_id
    group by events.business_date, events.event_name
    union all
    select
        business_date,
        event_name,
        0 as event_count,
        0 as planned_event_count,
        0 as complete_event_count,
        0 as wrong_clock_event_count,
        0 as unknown_order_event_count,
        landed_count,
        superseded_count,
        deleted_count,
        quarantined_count,
        0 as repeated_event_count,
        0 as server_order_count,
        0 as untold_order_count
    from deliveries
    union all
    select
        business_date,
        event_name,
        0 as event_count,
        0 as planned_event_count,
        0 as complete_event_count,
        0 as wrong_clock_event_count,
        0 as unknown_order_event_count,
        0 as landed_count,
        0 as superseded_count,
        0 as deleted_count,
        0 as quarantined_count,
        count(*) as repeated_event_count,
        0 as server_order_count,
        0 as untold_order_count
    from tellings
    where telling_number > 1
    group by business_date, event_name
    union all
    select
        taken.business_date,
        taken.event_name,
        0 as event_count,
        0 as planned_event_count,
        0 as complete_event_count,
        0 as wrong_clock_event_count,
        0 as unknown_order_event_count,
        0 as landed_count,
        0 as superseded_count,
        0 as deleted_count,
        0 as quarantined_count,
        0 as repeated_event_count,
        count(*) as server_order_count,
        count(*) filter (where told.order_id is null) as untold_order_count
    from taken
    inner join tracked_since
        on
            taken.source_system = tracked_since.source_system
            and taken.business_date >= tracked_since.first_date
    left join told
        on taken.event_name = told.event_name and taken.order_id = told.order_id
    group by taken.business_date, taken.event_name
),

final as (
    select
        business_date,
        event_name,
        cast(sum(landed_count) as bigint) as landed_count,
        cast(sum(superseded_count) as bigint) as superseded_count,
        cast(sum(deleted_count) as bigint) as deleted_count,
        cast(sum(quarantined_count) as bigint) as quarantined_count,
        cast(sum(event_count) as bigint) as event_count,
        cast(sum(planned_event_count) as bigint) as planned_event_count,
        cast(sum(complete_event_count) as bigint) as complete_event_count,
        cast(sum(wrong_clock_event_count) as bigint) as wrong_clock_event_count,
        cast(sum(unknown_order_event_count) as bigint) as unknown_order_event_count,
        cast(sum(repeated_event_count) as bigint) as repeated_event_count,
        cast(sum(server_order_count) as bigint) as server_order_count,
        cast(sum(untold_order_count) as bigint) as untold_order_count
    from counted
    group by business_date, event_name
)

select * from final
