-- Grain: period: persons who began a checkout, and who of them paid within 7 days of the start of
-- that session. Counted are sessions whose 7 days have passed.
with

covered as (
    select max(business_date) as last_date
    from {{ ref('dim_dates') }}
    where is_covered
),

checkouts as (
    select
        sessions.session_id,
        sessions.person_id,
        sessions.business_date,
        sessions.started_at
    from {{ ref('fct_sessions') }} as sessions
    cross join covered
    where
        not sessions.is_bot
        and sessions.begin_checkout_count > 0
        and sessions.business_date <= {{ dbt.dateadd('day', -7, 'covered.last_date') }}
),

paid as (
    select distinct checkouts.session_id
    from checkouts
    inner join {{ ref('fct_orders') }} as orders
        on
            checkouts.person_id = orders.person_id
            and checkouts.started_at <= orders.paid_at
            and {{ dbt.dateadd('day', 7, 'checkouts.started_at') }} > orders.paid_at
),

final as (
    select
        periods.period,
        count(distinct checkouts.person_id) as checkout_person_count,
        count(distinct case when paid.session_id is not null then checkouts.person_id end)
            as paid_person_count
    from {{ ref('dim_periods') }} as periods
    left join checkouts
        on
            periods.start_date <= checkouts.business_date
            and periods.end_date > checkouts.business_date
    left join paid on checkouts.session_id = paid.session_id
    group by periods.period
)

select * from final
