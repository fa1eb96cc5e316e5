-- Grain: person seen in a visit and never before in an order. The first visit, and whether a first
-- order was paid within so many days of it. Whoever visited before tracking began looks new.
with

visits as (
    select
        sessions.session_id,
        sessions.started_at,
        sessions.business_date,
        owners.person_id
    from {{ ref('int_sessions') }} as sessions
    inner join {{ ref('int_session_owners') }} as owners
        on sessions.session_id = owners.session_id
    where not sessions.is_bot
),

numbered as (
    select
        *,
        row_number() over (partition by person_id order by started_at, session_id) as visit_number
    from visits
),

firsts as (
    select
        session_id,
        started_at as first_seen_at,
        business_date,
        person_id
    from numbered
    where visit_number = 1
),

orders as (
    select
        person_id,
        min(placed_at) as first_placed_at,
        min(case when is_paid then paid_at end) as first_paid_at
    from {{ ref('int_orders_converted') }}
    where person_id is not null
    group by person_id
),

final as (
    select
        firsts.session_id,
        firsts.person_id,
        firsts.business_date,
        coalesce(
            orders.first_paid_at
            < {{ dbt.dateadd('day', var('first_order_days'), 'firsts.first_seen_at') }},
            false
        ) as has_ordered,
        -- The window of the day's last visitor has passed.
        {{ dbt.dateadd('day', var('first_order_days') + 1, 'firsts.business_date') }}
        <= cast(int_as_of.as_of as timestamp) as is_mature
    from firsts
    cross join {{ ref('int_as_of') }} as int_as_of
    left join orders on firsts.person_id = orders.person_id
    where orders.first_placed_at is null or orders.first_placed_at >= firsts.first_seen_at
)

select * from final
