{{ config(
    materialized='incremental',
    unique_key='person_id',
    meta={'changes': 'int_persons_changed'},
) }}
-- Grain: step of a funnel that somebody took, whatever came before it. The seed funnel_steps says
-- what a step is and what stays the same along the funnel: the session, or the person and the
-- product. Excludes bots.
with

owners as (
    select
        session_id,
        person_id
    from {{ ref('int_session_owners') }}
    where
        not is_bot
        {{ where_changed('person_id', ref('int_persons_changed'), 'and') }}
),

lines as (
    select
        person_id,
        sku_id,
        placed_at,
        paid_at
    from {{ ref('int_order_lines_allocated') }}
    where
        person_id is not null and not is_gift
        {{ where_changed('person_id', ref('int_persons_changed'), 'and') }}
),

happened as (
    select
        owners.person_id,
        owners.session_id,
        events.sku_id,
        events.event_name,
        events.occurred_at
    from {{ ref('int_events_sessionised') }} as events
    inner join owners on events.session_id = owners.session_id
    union all
    -- Events of a checkout name no product, orders do.
    select
        person_id,
        null as session_id,
        sku_id,
        'order_placed' as event_name,
        placed_at as occurred_at
    from lines
    union all
    select
        person_id,
        null as session_id,
        sku_id,
        'order_paid' as event_name,
        paid_at as occurred_at
    from lines
    where paid_at is not null
),

final as (
    select
        steps.funnel_id,
        steps.step_number,
        case steps.unit
            when 'session' then happened.session_id
            when 'person_sku' then happened.person_id || ' ' || happened.sku_id
        end as unit_id,
        happened.person_id,
        happened.session_id,
        happened.occurred_at,
        steps.window_hours
    from happened
    inner join {{ ref('funnel_steps') }} as steps on happened.event_name = steps.event_name
    where
        case steps.unit
            when 'session' then happened.session_id
            when 'person_sku' then happened.person_id || ' ' || happened.sku_id
        end is not null
)

select * from final
