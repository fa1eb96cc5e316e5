{{ config(
    materialized='incremental',
    unique_key='visitor_id',
    meta={'changes': 'int_visitors_changed'},
) }}
-- Grain: visitor x rule that takes it for a machine, with the figure that gave it away. A visitor
-- that several rules catch has several rows.
with

sessions as (
    select
        session_id,
        visitor_id,
        business_date,
        event_count,
        action_count,
        pause_count,
        quick_pause_count
    from {{ ref('int_sessions_measured') }}
    {{ where_changed('visitor_id', ref('int_visitors_changed')) }}
),

landings as (
    select
        session_id,
        lower(user_agent) as user_agent
    from {{ ref('int_session_landings') }}
    {{ where_changed('visitor_id', ref('int_visitors_changed')) }}
),

declared_agents as (
    select distinct landings.user_agent
    from (select distinct user_agent from landings) as landings
    inner join {{ ref('bot_user_agents') }} as patterns
        on position(patterns.pattern in landings.user_agent) > 0
),

declared as (
    select
        sessions.visitor_id,
        count(*) as declared_session_count
    from sessions
    inner join landings on sessions.session_id = landings.session_id
    inner join declared_agents on landings.user_agent = declared_agents.user_agent
    group by sessions.visitor_id
),

days as (
    select
        visitor_id,
        business_date,
        sum(action_count) as action_count
    from sessions
    group by visitor_id, business_date
),

busiest_days as (
    select
        visitor_id,
        max(action_count) as action_count
    from days
    group by visitor_id
),

visitors as (
    select
        visitor_id,
        count(*) as session_count,
        sum(event_count) as event_count,
        sum(pause_count) as pause_count,
        sum(quick_pause_count) as quick_pause_count
    from sessions
    group by visitor_id
),

flagged as (
    select
        visitor_id,
        'declared_user_agent' as rule_id,
        declared_session_count as evidence_value,
        1 as evidence_threshold
    from declared
    union all
    select
        visitor_id,
        'machine_pace' as rule_id,
        quick_pause_count / pause_count as evidence_value,
        {{ var('bot_quick_pause_share') }} as evidence_threshold
    from visitors
    where
        pause_count >= {{ var('bot_pauses') }}
        and quick_pause_count >= {{ var('bot_quick_pause_share') }} * pause_count
    union all
    select
        visitor_id,
        'implausible_volume' as rule_id,
        action_count as evidence_value,
        {{ var('bot_actions_per_day') }} as evidence_threshold
    from busiest_days
    where action_count > {{ var('bot_actions_per_day') }}
),

final as (
    select
        flagged.visitor_id,
        flagged.rule_id,
        cast(visitors.session_count as bigint) as session_count,
        cast(visitors.event_count as bigint) as event_count,
        cast(flagged.evidence_value as double) as evidence_value,
        cast(flagged.evidence_threshold as double) as evidence_threshold
    from flagged
    inner join visitors on flagged.visitor_id = visitors.visitor_id
)

select * from final
