-- Grain: bot rule, and all rules together. A visitor that two rules catch counts under both, so
-- rules do not add up to all of them.
with

sessions as (
    select
        visitor_id,
        business_date,
        is_bounce,
        pay_count > 0 as is_paid,
        event_count,
        engaged_seconds
    from {{ ref('int_sessions') }}
),

rules as (
    select 'declared_user_agent' as rule_id
    union all
    select 'machine_pace' as rule_id
    union all
    select 'implausible_volume' as rule_id
    union all
    select 'any' as rule_id
),

exclusions as (
    select
        rule_id,
        visitor_id
    from {{ ref('int_bot_flags') }}
    union
    select
        'any' as rule_id,
        visitor_id
    from {{ ref('int_bot_flags') }}
),

totals as (
    select
        count(distinct business_date) as day_count,
        count(*) as session_count,
        count(*) filter (where is_bounce) as bounce_count,
        count(*) filter (where is_paid) as paid_session_count,
        sum(engaged_seconds) as engaged_seconds
    from sessions
),

excluded as (
    select
        exclusions.rule_id,
        count(distinct sessions.visitor_id) as visitor_count,
        count(*) as session_count,
        sum(sessions.event_count) as event_count,
        count(*) filter (where sessions.is_bounce) as bounce_count,
        count(*) filter (where sessions.is_paid) as paid_session_count,
        sum(sessions.engaged_seconds) as engaged_seconds
    from exclusions
    inner join sessions on exclusions.visitor_id = sessions.visitor_id
    group by exclusions.rule_id
),

compared as (
    select
        rules.rule_id,
        totals.day_count,
        totals.session_count,
        totals.bounce_count,
        totals.paid_session_count,
        totals.engaged_seconds,
        coalesce(excluded.visitor_count, 0) as excluded_visitor_count,
        coalesce(excluded.session_count, 0) as excluded_session_count,
        cast(coalesce(excluded.event_count, 0) as bigint) as excluded_event_count,
        totals.session_count - coalesce(excluded.session_count, 0) as kept_session_count,
        totals.bounce_count - coalesce(excluded.bounce_count, 0) as kept_bounce_count,
        totals.paid_session_count - coalesce(excluded.paid_session_count, 0)
            as kept_paid_session_count,
        totals.engaged_seconds - coalesce(excluded.engaged_seconds, 0) as kept_engaged_seconds
    from rules
    left join excluded on rules.rule_id = excluded.rule_id
    inner join totals on totals.session_count > 0
),

final as (
    select
        *,
        session_count / day_count as sessions_per_day_rate,
        kept_session_count / day_count as kept_sessions_per_day_rate,
        bounce_count / session_count as bounce_rate,
        kept_bounce_count / nullif(kept_session_count, 0) as kept_bounce_rate,
        paid_session_count / session_count as conversion_rate,
        kept_paid_session_count / nullif(kept_session_count, 0) as kept_conversion_rate
    from compared
)

select * from final
