-- Grain: period x scope: days of active persons, of all and of each terminal (`terminal_`).
with

periods as (
    select
        period,
        period_kind,
        start_date,
        end_date
    from {{ ref('dim_periods') }}
),

activity as (
    select * from {{ ref('int_activity_counted_to_periods') }}
),

terminals as (
    select distinct
        terminal,
        concat('terminal_', terminal) as scope
    from activity
    where terminal != 'all'
    union all
    select
        'all' as terminal,
        'all' as scope
),

months as (
    select
        periods.start_date,
        periods.end_date,
        activity.person_count
    from activity
    inner join periods on activity.period = periods.period and periods.period_kind = 'month'
    where activity.terminal = 'all'
),

monthly as (
    select
        periods.period,
        avg(months.person_count) as person_count
    from periods
    inner join months
        on periods.start_date <= months.start_date and periods.end_date >= months.end_date
    group by periods.period
),

final as (
    select
        periods.period,
        terminals.scope,
        coalesce(activity.person_day_count, 0) as active_person_day_count,
        coalesce(activity.day_count, 0) as covered_day_count,
        {{ ratio('activity.person_day_count', 'activity.day_count') }} as daily_person_count,
        case when activity.terminal = 'all' then monthly.person_count end as monthly_person_count,
        activity.late_person_count,
        activity.late_person_day_count,
        28 * activity.late_person_count as late_day_count
    from periods
    cross join terminals
    left join activity
        on periods.period = activity.period and terminals.terminal = activity.terminal
    left join monthly on periods.period = monthly.period
)

select * from final
