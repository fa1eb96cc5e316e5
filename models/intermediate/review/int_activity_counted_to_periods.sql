-- Grain: period x terminal, and `all`: days of active persons, bots left out. A session over
-- midnight is active on both days.
with

sessions as (
    select
        person_id,
        terminal,
        business_date,
        last_business_date
    from {{ ref('fct_sessions') }}
    where not is_bot
),

of_terminals as (
    select
        business_date as active_date,
        terminal,
        person_id
    from sessions
    union
    select
        last_business_date as active_date,
        terminal,
        person_id
    from sessions
),

active as (
    select * from of_terminals
    union
    select
        active_date,
        'all' as terminal,
        person_id
    from of_terminals
),

covered as (
    select
        periods.period,
        periods.start_date,
        max(dates.business_date) as last_date,
        count(*) as day_count
    from {{ ref('dim_periods') }} as periods
    inner join {{ ref('dim_dates') }} as dates
        on
            periods.start_date <= dates.business_date
            and periods.end_date > dates.business_date
    where dates.is_covered
    group by periods.period, periods.start_date
),

of_persons as (
    select
        covered.period,
        active.terminal,
        active.person_id,
        count(*) as active_day_count,
        count(*) filter (
            where active.active_date > {{ dbt.dateadd('day', -28, 'covered.last_date') }}
        ) as late_day_count
    from covered
    inner join active
        on covered.start_date <= active.active_date and covered.last_date >= active.active_date
    group by covered.period, active.terminal, active.person_id
),

final as (
    select
        of_persons.period,
        of_persons.terminal,
        covered.day_count,
        count(*) as person_count,
        sum(of_persons.active_day_count) as person_day_count,
        count(*) filter (where of_persons.late_day_count > 0) as late_person_count,
        sum(of_persons.late_day_count) as late_person_day_count
    from of_persons
    inner join covered on of_persons.period = covered.period
    group by of_persons.period, of_persons.terminal, covered.day_count
)

select * from final
