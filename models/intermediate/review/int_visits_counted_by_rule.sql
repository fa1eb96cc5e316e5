-- Grain: period x population x de-duplication x clock x averaging: how many of those who visited
-- converted, by each combination of the options that public definitions choose from. Excludes bots.
with

sessions as (
    select
        session_id,
        visitor_id,
        person_id,
        business_date,
        pay_count > 0 as is_paid,
        submit_order_count > 0 as is_placed
    from {{ ref('fct_sessions') }}
    where not is_bot
),

-- Whoever comes back on a day is one unit of that day.
unit_days as (
    select
        'person' as unit_kind,
        business_date,
        person_id as unit_id,
        bool_or(is_paid) as is_paid,
        bool_or(is_placed) as is_placed
    from sessions
    group by business_date, person_id
    union all
    select
        'visitor' as unit_kind,
        business_date,
        visitor_id as unit_id,
        bool_or(is_paid) as is_paid,
        bool_or(is_placed) as is_placed
    from sessions
    group by business_date, visitor_id
    union all
    select
        'session' as unit_kind,
        business_date,
        session_id as unit_id,
        is_paid,
        is_placed
    from sessions
),

periods as (
    select
        period,
        start_date,
        end_date
    from {{ ref('dim_periods') }}
),

daily as (
    select
        business_date,
        unit_kind,
        count(*) as unit_count,
        count(*) filter (where is_paid) as paid_count,
        count(*) filter (where is_placed) as placed_count
    from unit_days
    group by business_date, unit_kind
),

of_days as (
    select
        periods.period,
        daily.unit_kind,
        count(*) as day_count,
        -- As decimals, for the last digits of a sum of doubles depend on their order.
        sum({{ to_decimal(ratio('daily.paid_count', 'daily.unit_count'), 12) }}) as paid_ratios,
        sum({{ to_decimal(ratio('daily.placed_count', 'daily.unit_count'), 12) }}) as placed_ratios,
        sum(daily.unit_count) as unit_count,
        sum(daily.paid_count) as paid_count,
        sum(daily.placed_count) as placed_count
    from periods
    inner join daily
        on periods.start_date <= daily.business_date and periods.end_date > daily.business_date
    group by periods.period, daily.unit_kind
),

units as (
    select
        periods.period,
        unit_days.unit_kind,
        unit_days.unit_id,
        bool_or(unit_days.is_paid) as is_paid,
        bool_or(unit_days.is_placed) as is_placed
    from periods
    inner join unit_days
        on
            periods.start_date <= unit_days.business_date
            and periods.end_date > unit_days.business_date
    where unit_days.unit_kind in ('person', 'visitor')
    group by periods.period, unit_days.unit_kind, unit_days.unit_id
),

-- Sessions and days of visitors add up over days; persons and visitors do not.
measured as (
    select
        period,
        unit_kind,
        'whole_period' as averaging,
        count(*) as denominator,
        count(*) filter (where is_paid) as paid_numerator,
        count(*) filter (where is_placed) as placed_numerator
    from units
    group by period, unit_kind
    union all
    select
        period,
        case unit_kind when 'visitor' then 'visitor_day' else unit_kind end as unit_kind,
        'whole_period' as averaging,
        unit_count as denominator,
        paid_count as paid_numerator,
        placed_count as placed_numerator
    from of_days
    where unit_kind in ('session', 'visitor')
    union all
    select
        period,
        unit_kind,
        'mean_of_days' as averaging,
        day_count as denominator,
        paid_ratios as paid_numerator,
        placed_ratios as placed_numerator
    from of_days
),

rules as (
    select
        listed.population,
        listed.deduplication,
        listed.averaging,
        listed.unit_kind
    from (
        values
        ('visitors', 'person', 'whole_period', 'person'),
        ('visitors', 'visitor', 'whole_period', 'visitor'),
        ('visitors', 'visitor_day', 'whole_period', 'visitor_day'),
        ('visitors', 'person', 'mean_of_days', 'person'),
        ('visitors', 'visitor', 'mean_of_days', 'visitor'),
        ('visitors', 'visitor_day', 'mean_of_days', 'visitor'),
        ('sessions', 'person', 'whole_period', 'session'),
        ('sessions', 'visitor', 'whole_period', 'session'),
        ('sessions', 'visitor_day', 'whole_period', 'session'),
        ('sessions', 'person', 'mean_of_days', 'session'),
        ('sessions', 'visitor', 'mean_of_days', 'session'),
        ('sessions', 'visitor_day', 'mean_of_days', 'session')
    ) as listed (population, deduplication, averaging, unit_kind)
),

clocks as (
    select listed.clock
    from (values ('placed'), ('paid')) as listed (clock)
),

final as (
    select
        periods.period,
        rules.population,
        rules.deduplication,
        clocks.clock,
        rules.averaging,
        cast(
            case clocks.clock
                when 'paid' then measured.paid_numerator
                else measured.placed_numerator
            end as double
        ) as numerator,
        cast(measured.denominator as double) as denominator
    from periods
    cross join rules
    cross join clocks
    left join measured
        on
            periods.period = measured.period
            and rules.unit_kind = measured.unit_kind
            and rules.averaging = measured.averaging
)

select * from final
