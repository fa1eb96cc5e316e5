-- Grain: question x period x scope, of the questions about visits.
with

periods as (
    select
        period,
        period_kind,
        start_date,
        end_date,
        is_complete,
        is_settled
    from {{ ref('dim_periods') }}
),

groups as (
    select
        sessions.*,
        sum(sessions.session_count) over (partition by sessions.period) as all_session_count
    from {{ ref('int_sessions_summed_to_periods') }} as sessions
),

visitors as (
    select * from {{ ref('int_visitors_counted_to_periods') }}
),

sources as (
    select
        groups.period,
        groups.source_group,
        concat(groups.source_group, '_visitors') as visitor_scope,
        groups.session_count,
        groups.all_session_count,
        coalesce(visitors.visitor_count, 0) as visitor_count,
        all_visitors.visitor_count as all_visitor_count,
        periods.is_complete,
        case
            when groups.all_session_count = 0 then 'no visit of the period is known'
        end as missing
    from groups
    inner join periods on groups.period = periods.period
    left join visitors
        on groups.period = visitors.period and groups.source_group = visitors.source_group
    left join visitors as all_visitors
        on groups.period = all_visitors.period and all_visitors.source_group = 'all'
),

summed as (
    select
        period,
        sum(session_count) as session_count,
        sum(bounce_count) as bounce_count,
        sum(session_count - engaged_session_count) as unengaged_count,
        sum(checkout_count) as checkout_count,
        sum(paid_checkout_count) as paid_checkout_count,
        sum(page_view_count) as page_view_count,
        cast(sum(engaged_seconds) as double) as engaged_seconds,
        sum(squared_seconds) as squared_seconds
    from groups
    group by period
),

visits as (
    select
        summed.*,
        visitors.visitor_count,
        visitors.clickless_visitor_count,
        visitors.visitor_day_count,
        checkouts.checkout_person_count,
        checkouts.paid_person_count,
        periods.is_complete,
        periods.is_settled,
        -- Half of the 95% interval of the mean.
        1.959963984540054 * sqrt(
            greatest(
                summed.squared_seconds
                - summed.engaged_seconds * summed.engaged_seconds / nullif(summed.session_count, 0),
                0
            ) / nullif(summed.session_count - 1, 0) / nullif(summed.session_count, 0)
        ) as mean_error,
        case when summed.session_count = 0 then 'no visit of the period is known' end as missing,
        case
            when summed.checkout_count = 0 then 'no checkout of the period is known'
        end as missing_checkout,
        case
            when checkouts.checkout_person_count = 0
                then 'no checkout of the period is known that is a week old'
        end as missing_person
    from summed
    inner join periods on summed.period = periods.period
    inner join {{ ref('int_checkouts_counted_to_periods') }} as checkouts
        on summed.period = checkouts.period
    left join visitors on summed.period = visitors.period and visitors.source_group = 'all'
),

activity as (
    select * from {{ ref('int_activity_counted_to_periods') }}
),

terminals as (
    select distinct terminal from activity
    union
    select 'all' as terminal
),

active as (
    select
        periods.period,
        terminals.terminal,
        periods.is_complete,
        activity.person_day_count,
        activity.day_count,
        case when activity.period is null then 'no visit of the period is known' end as missing
    from periods
    cross join terminals
    left join activity
        on periods.period = activity.period and terminals.terminal = activity.terminal
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
        avg(months.person_count) as monthly_person_count
    from periods
    inner join months
        on periods.start_date <= months.start_date and periods.end_date >= months.end_date
    group by periods.period
),

sticky as (
    select
        periods.period,
        periods.is_complete,
        {{ ratio('activity.person_day_count', 'activity.day_count') }} as daily_person_count,
        monthly.monthly_person_count,
        activity.late_person_day_count,
        28 * activity.late_person_count as late_day_count,
        activity.late_person_count,
        case when activity.period is null then 'no visit of the period is known' end as missing,
        case
            when activity.period is null or activity.late_person_count = 0
                then 'no visit of the last 28 days is known'
        end as missing_late
    from periods
    left join activity on periods.period = activity.period and activity.terminal = 'all'
    left join monthly on periods.period = monthly.period
),

final as (
    select
        {{ answer(
            'K005', scope='terminal', unit='persons',
            value=ratio('person_day_count', 'day_count'),
            numerator='person_day_count', denominator='day_count', missing='missing'
        ) }}
    from active
    union all
    select
        {{ answer(
            'K006', scope="'per_session'", unit='seconds',
            value=ratio('engaged_seconds', 'session_count'),
            numerator='engaged_seconds', denominator='session_count', n='session_count',
            missing='missing'
        ) }}
    from visits
    union all
    select
        {{ answer(
            'K006', scope="'per_visitor'", unit='seconds',
            value=ratio('engaged_seconds', 'visitor_count'),
            numerator='engaged_seconds', denominator='visitor_count', n='visitor_count',
            missing='missing'
        ) }}
    from visits
    union all
    select
        {{ answer(
            'K007', scope="'per_session'", unit='pages',
            value=ratio('page_view_count', 'session_count'),
            numerator='page_view_count', denominator='session_count', n='session_count',
            missing='missing'
        ) }}
    from visits
    union all
    select
        {{ answer(
            'K009', scope="'sessions'", unit='share',
            value=ratio('paid_checkout_count', 'checkout_count'),
            numerator='paid_checkout_count', denominator='checkout_count', n='checkout_count',
            ci_low=wilson_bound('paid_checkout_count', 'checkout_count', 'lower'),
            ci_high=wilson_bound('paid_checkout_count', 'checkout_count', 'upper'),
            missing='missing_checkout'
        ) }}
    from visits
    union all
    select
        {{ answer(
            'K009', scope="'persons_within_7_days'", unit='share',
            value=ratio('paid_person_count', 'checkout_person_count'),
            numerator='paid_person_count', denominator='checkout_person_count',
            n='checkout_person_count',
            ci_low=wilson_bound('paid_person_count', 'checkout_person_count', 'lower'),
            ci_high=wilson_bound('paid_person_count', 'checkout_person_count', 'upper'),
            is_mature='is_settled', missing='missing_person'
        ) }}
    from visits
    union all
    select
        {{ answer(
            'K014', scope="'dau_over_mau'", unit='share',
            value=ratio('daily_person_count', 'monthly_person_count'),
            numerator='daily_person_count', denominator='monthly_person_count',
            missing='missing'
        ) }}
    from sticky
    union all
    select
        {{ answer(
            'K014', scope="'days_active_of_28'", unit='share',
            value=ratio('late_person_day_count', 'late_day_count'),
            numerator='late_person_day_count', denominator='late_day_count',
            n='late_person_count', missing='missing_late'
        ) }}
    from sticky
    union all
    select
        {{ answer(
            'K036', scope='source_group', unit='share',
            value=ratio('session_count', 'all_session_count'),
            numerator='session_count', denominator='all_session_count', n='all_session_count',
            ci_low=wilson_bound('session_count', 'all_session_count', 'lower'),
            ci_high=wilson_bound('session_count', 'all_session_count', 'upper'),
            missing='missing'
        ) }}
    from sources
    union all
    select
        {{ answer(
            'K036', scope='visitor_scope', unit='share',
            value=ratio('visitor_count', 'all_visitor_count'),
            numerator='visitor_count', denominator='all_visitor_count', n='all_visitor_count',
            missing='missing', note="'Visitors of several sources count in each.'"
        ) }}
    from sources
    union all
    select
        {{ answer(
            'K037', scope="'mean'", unit='seconds',
            value=ratio('engaged_seconds', 'session_count'),
            numerator='engaged_seconds', denominator='session_count', n='session_count',
            ci_low=ratio('engaged_seconds', 'session_count') ~ ' - mean_error',
            ci_high=ratio('engaged_seconds', 'session_count') ~ ' + mean_error',
            missing='missing'
        ) }}
    from visits
    union all
    select
        {{ answer(
            'K037', scope="'per_visitor_day'", unit='seconds',
            value=ratio('engaged_seconds', 'visitor_day_count'),
            numerator='engaged_seconds', denominator='visitor_day_count', n='visitor_day_count',
            missing='missing'
        ) }}
    from visits
    union all
    select
        {{ answer(
            'K038', scope="'all'", unit='share',
            value=ratio('bounce_count', 'session_count'),
            numerator='bounce_count', denominator='session_count', n='session_count',
            ci_low=wilson_bound('bounce_count', 'session_count', 'lower'),
            ci_high=wilson_bound('bounce_count', 'session_count', 'upper'),
            missing='missing'
        ) }}
    from visits
    union all
    select
        {{ answer(
            'K038', scope="'visitors_without_click'", unit='share',
            value=ratio('clickless_visitor_count', 'visitor_count'),
            numerator='clickless_visitor_count', denominator='visitor_count', n='visitor_count',
            ci_low=wilson_bound('clickless_visitor_count', 'visitor_count', 'lower'),
            ci_high=wilson_bound('clickless_visitor_count', 'visitor_count', 'upper'),
            missing='missing'
        ) }}
    from visits
    union all
    select
        {{ answer(
            'K038', scope="'sessions_not_engaged'", unit='share',
            value=ratio('unengaged_count', 'session_count'),
            numerator='unengaged_count', denominator='session_count', n='session_count',
            ci_low=wilson_bound('unengaged_count', 'session_count', 'lower'),
            ci_high=wilson_bound('unengaged_count', 'session_count', 'upper'),
            missing='missing'
        ) }}
    from visits
)

{{ answered('final') }}
