-- Grain: period x purpose of contacts, by lot or not, and `all`: difference in differences of
-- active days, contacted members less comparable ones. Comparable are those of the same week,
-- activity and orders, so that each of them weighs as propensity over its complement.
with

-- One comparable member says nothing about how far such members differ.
cells as (
    select
        *,
        case
            when compared_count > 1
                then cast(compared_change_day_count as double) / compared_count
        end as change_days,
        (
            squared_compared_change_day_count
            - cast(compared_change_day_count as double) * compared_change_day_count
            / nullif(compared_count, 0)
        ) / nullif(compared_count - 1, 0) / nullif(compared_count, 0) as squared_error
    from {{ ref('fct_outreach_activity') }}
),

-- Decimals, because a sum of doubles depends on the order of rows.
gained as (
    select
        week_start_date,
        purpose,
        is_randomised,
        contacted_count,
        case when change_days is null then 0 else contacted_count end as person_count,
        {{ to_decimal('after_day_count - before_day_count - contacted_count * change_days', 6) }}
            as gained_days,
        {{ to_decimal('before_day_count + contacted_count * change_days', 6) }} as expected_days,
        {{ to_decimal(
            'squared_after_day_count - 2 * before_by_after_day_count + squared_before_day_count'
            ~ ' - 2 * change_days * (after_day_count - before_day_count)'
            ~ ' + contacted_count * change_days * change_days', 6
        ) }} as squared_gained_days,
        {{ to_decimal(
            'squared_before_day_count + 2 * change_days * before_day_count'
            ~ ' + contacted_count * change_days * change_days', 6
        ) }} as squared_expected_days,
        {{ to_decimal(
            'before_by_after_day_count + change_days * after_day_count - squared_before_day_count'
            ~ ' - 2 * change_days * before_day_count - contacted_count * change_days * change_days', 6
        ) }} as gained_by_expected_days,
        {{ to_decimal('contacted_count * contacted_count * squared_error', 6) }}
            as compared_squared_error
    from cells
),

scoped as (
    select
        gained.*,
        concat(gained.purpose, case when gained.is_randomised then '_by_lot' else '' end) as scope
    from gained
    union all
    select
        gained.*,
        'all' as scope
    from gained
),

final as (
    select
        periods.period,
        scoped.scope,
        bool_and(scoped.is_randomised) and scoped.scope != 'all' as is_randomised,
        sum(scoped.contacted_count) as contacted_count,
        sum(scoped.person_count) as person_count,
        cast(sum(scoped.gained_days) as double) as gained_days,
        cast(sum(scoped.expected_days) as double) as expected_days,
        cast(sum(scoped.squared_gained_days) as double) as squared_gained_days,
        cast(sum(scoped.squared_expected_days) as double) as squared_expected_days,
        cast(sum(scoped.gained_by_expected_days) as double) as gained_by_expected_days,
        cast(sum(scoped.compared_squared_error) as double) as compared_squared_error
    from {{ ref('dim_periods') }} as periods
    inner join scoped
        on
            periods.start_date <= scoped.week_start_date
            and periods.end_date > scoped.week_start_date
    group by periods.period, scoped.scope
)

select * from final
