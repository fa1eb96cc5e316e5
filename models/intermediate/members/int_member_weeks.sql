{{ config(materialized='view') }}
-- Grain: member x week that is over, from the week of the registration on: days with a visit, paid
-- orders, and contacts that the shop sent. Weeks without any of them have a row.
with

members as (
    select
        persons.person_id,
        cast(date_trunc('week', {{ business_date('registered.registered_at') }}) as date)
            as first_week_date
    from {{ ref('int_persons') }} as persons
    inner join {{ ref('int_users') }} as registered
        on persons.first_user_id = registered.user_id
    where not persons.is_anonymous
),

happened as (
    select
        person_id,
        active_date as business_date,
        1 as active_day_count,
        0 as paid_order_count,
        0 as contact_count
    from {{ ref('int_active_days') }}
    union all
    select
        person_id,
        paid_date as business_date,
        0 as active_day_count,
        1 as paid_order_count,
        0 as contact_count
    from {{ ref('int_orders_converted') }}
    where paid_date is not null
    union all
    select
        person_id,
        sent_date as business_date,
        0 as active_day_count,
        0 as paid_order_count,
        1 as contact_count
    from {{ ref('int_outreach_identified') }}
    where sent_date is not null
),

weekly as (
    select
        person_id,
        cast(date_trunc('week', business_date) as date) as week_start_date,
        sum(active_day_count) as active_day_count,
        sum(paid_order_count) as paid_order_count,
        sum(contact_count) as contact_count
    from happened
    group by person_id, cast(date_trunc('week', business_date) as date)
),

bounds as (
    select
        as_of.as_of,
        date_trunc('week', min(active_days.active_date)) as first_date
    from {{ ref('int_active_days') }} as active_days
    cross join {{ ref('int_as_of') }} as as_of
    group by as_of.as_of
),

-- 2,048 weeks are 39 years.
numbers as (
    select 7 * (generated_number - 1) as days_later
    from ({{ dbt.generate_series(2048) }}) as listed
),

weeks as (
    select
        cast({{ dbt.dateadd('day', 'numbers.days_later', 'bounds.first_date') }} as date)
            as week_start_date
    from bounds
    cross join numbers
    where {{ dbt.dateadd('day', 'numbers.days_later + 7', 'bounds.first_date') }} <= bounds.as_of
),

final as (
    select
        members.person_id,
        weeks.week_start_date,
        cast(coalesce(weekly.active_day_count, 0) as integer) as active_day_count,
        cast(coalesce(weekly.paid_order_count, 0) as integer) as paid_order_count,
        cast(coalesce(weekly.contact_count, 0) as integer) as contact_count
    from members
    inner join weeks on coalesce(members.first_week_date <= weeks.week_start_date, true)
    left join weekly
        on
            members.person_id = weekly.person_id
            and weeks.week_start_date = weekly.week_start_date
)

select * from final
