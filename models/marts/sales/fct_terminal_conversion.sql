-- Grain: period x terminal x source x kind of visitor. Visitors add up within a period and terminal;
-- not over periods, nor over the terminals that one visitor uses. Excludes bots.
with

sessions as (
    select
        visitor_id,
        terminal,
        business_date,
        started_at,
        session_id,
        coalesce(utm_medium, 'direct') as source,
        pay_count > 0 as is_paying
    from {{ ref('int_sessions') }}
    where not is_bot
),

periods as (
    select
        period,
        start_date,
        end_date
    from {{ ref('dim_periods') }}
),

first_visits as (
    select
        visitor_id,
        min(business_date) as first_visit_date
    from sessions
    group by visitor_id
),

visitors as (
    select
        periods.period,
        periods.start_date,
        sessions.terminal,
        sessions.visitor_id,
        min_by(sessions.source, (sessions.started_at, sessions.session_id)) as source,
        bool_or(sessions.is_paying) as is_paying
    from periods
    inner join sessions
        on
            periods.start_date <= sessions.business_date
            and periods.end_date > sessions.business_date
    group by periods.period, periods.start_date, sessions.terminal, sessions.visitor_id
),

final as (
    select
        visitors.period,
        visitors.terminal,
        visitors.source,
        case
            when first_visits.first_visit_date >= visitors.start_date then 'new'
            else 'returning'
        end as visitor_kind,
        count(*) as visitor_count,
        cast(sum(cast(visitors.is_paying as integer)) as bigint) as paying_visitor_count
    from visitors
    inner join first_visits on visitors.visitor_id = first_visits.visitor_id
    group by
        visitors.period,
        visitors.terminal,
        visitors.source,
        case
            when first_visits.first_visit_date >= visitors.start_date then 'new'
            else 'returning'
        end
)

select * from final
