{{ config(
    materialized='incremental',
    unique_key='visitor_id',
    meta={'changes': 'int_visitors_changed'},
) }}
-- Grain: session. The first thing that somebody did in it, and whether a trust block came into view
-- before anything was paid.
with

sessionised as (
    select
        event_id,
        session_id,
        visitor_id,
        session_started_at,
        occurred_at,
        event_name,
        event_number
    from {{ ref('int_events_sessionised') }}
    where
        event_name in ('click', 'search', 'add_to_cart', 'favourite', 'trust_block_view', 'pay')
        {{ where_changed('visitor_id', ref('int_visitors_changed'), 'and') }}
),

elements as (
    select
        event_id,
        element_id
    from {{ ref('int_events') }}
    where
        event_name = 'click'
        and element_id is not null
        {{ where_changed('visitor_id', ref('int_visitors_changed'), 'and') }}
),

acted as (
    select
        session_id,
        visitor_id,
        session_started_at,
        min(
            case
                when event_name in ('click', 'search', 'add_to_cart', 'favourite')
                    then occurred_at
            end
        ) as first_action_at,
        min_by(event_id, event_number) filter (where event_name = 'click') as first_click_id,
        min(case when event_name = 'trust_block_view' then event_number end) as saw_trust,
        min(case when event_name = 'pay' then event_number end) as paid
    from sessionised
    group by session_id, visitor_id, session_started_at
),

final as (
    select
        acted.session_id,
        acted.visitor_id,
        elements.element_id as first_element_id,
        acted.saw_trust is not null and coalesce(acted.saw_trust < acted.paid, true)
            as has_seen_trust,
        cast(
            {{ dbt.datediff('acted.session_started_at', 'acted.first_action_at', 'millisecond') }}
            / 1000 as decimal(18, 3)
        ) as first_action_seconds
    from acted
    left join elements on acted.first_click_id = elements.event_id
)

select * from final
