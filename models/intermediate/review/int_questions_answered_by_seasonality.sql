-- Grain: question x period x scope, of the questions about seasons and everyday activities.
with

periods as (
    select
        period,
        is_complete
    from {{ ref('dim_periods') }}
),

measured as (
    select * from {{ ref('int_seasonality_measured_to_periods') }}
),

sessions as (
    select
        periods.period,
        periods.is_complete,
        measured.day_count,
        measured.calm_day_count,
        measured.peak_mean,
        measured.calm_median,
        measured.observed_count,
        measured.holiday_count,
        measured.promotion_count,
        measured.trend_count,
        measured.weekly_swing_count * measured.day_count as weekly_swing_count,
        case
            when coalesce(measured.observed_count, 0) = 0 then 'no visit of the period is known'
        end as missing,
        case
            when coalesce(measured.observed_count, 0) = 0 then 'no visit of the period is known'
            when measured.peak_mean is null
                then 'no promotion of a week or more lies in the period'
            when measured.calm_day_count = 0 then 'every day of the period has a promotion'
            when measured.calm_median = 0 then 'days without a promotion have no visits'
        end as missing_peak
    from periods
    left join measured
        on periods.period = measured.period and measured.measure = 'sessions'
),

persons as (
    select
        periods.period,
        periods.is_complete,
        measured.calm_day_count,
        measured.calm_count,
        measured.remainder_deviation,
        -- Half of the 95% interval of the mean.
        1.959963984540054 * sqrt(
            greatest(
                measured.calm_squares
                - cast(measured.calm_count as double) * measured.calm_count
                / nullif(measured.calm_day_count, 0),
                0
            ) / nullif(measured.calm_day_count - 1, 0) / nullif(measured.calm_day_count, 0)
        ) as floor_error,
        case
            when coalesce(measured.observed_count, 0) = 0 then 'no visit of the period is known'
            when measured.calm_day_count = 0 then 'every day of the period has a promotion'
        end as missing
    from periods
    left join measured
        on periods.period = measured.period and measured.measure = 'persons'
),

everyday as (
    select * from {{ ref('int_everyday_activities_measured') }}
),

uplifts as (
    select
        persons.period,
        persons.is_complete,
        everyday.day_count,
        everyday.excess_count,
        cast(everyday.excess_count as double) / everyday.day_count as uplift,
        1.959963984540054 * persons.remainder_deviation / sqrt(everyday.day_count) as uplift_error,
        case
            when everyday.day_count is null then 'no everyday activity of the period is known'
            when persons.remainder_deviation is null
                then 'the period has no two ordinary days to tell chance by'
        end as missing
    from persons
    left join everyday on persons.period = everyday.period and everyday.days_since = 0
),

halves as (
    select
        uplifts.period,
        uplifts.is_complete,
        uplifts.day_count,
        uplifts.uplift - uplifts.uplift_error as uplift_low,
        uplifts.missing,
        min(everyday.days_since) as half_days
    from uplifts
    left join everyday
        on
            uplifts.period = everyday.period
            and everyday.days_since > 0
            and everyday.excess_count / everyday.day_count <= uplifts.uplift / 2
    group by
        uplifts.period, uplifts.is_complete, uplifts.day_count, uplifts.uplift,
        uplifts.uplift_error, uplifts.missing
),

decays as (
    select
        period,
        is_complete,
        day_count,
        half_days,
        case
            when missing is not null then missing
            when uplift_low <= 0
                then 'everyday activities raise activity no more than chance does'
            when half_days is null then 'half of the uplift is still there when it is last seen'
        end as missing
    from halves
),

final as (
    select
        {{ answer(
            'K042', scope="'peak_to_base'", unit='ratio', value=ratio('peak_mean', 'calm_median'),
            numerator='peak_mean', denominator='calm_median', missing='missing_peak'
        ) }}
    from sessions
    union all
    select
        {{ answer(
            'K042', scope="'promotion_share'", unit='share',
            value=ratio('promotion_count', 'observed_count'), numerator='promotion_count',
            denominator='observed_count', missing='missing'
        ) }}
    from sessions
    union all
    select
        {{ answer(
            'K042', scope="'holiday_share'", unit='share',
            value=ratio('holiday_count', 'observed_count'), numerator='holiday_count',
            denominator='observed_count', missing='missing'
        ) }}
    from sessions
    union all
    select
        {{ answer(
            'K042', scope="'weekly_swing'", unit='share',
            value=ratio('weekly_swing_count', 'trend_count'), numerator='weekly_swing_count',
            denominator='trend_count', missing='missing',
            note="'Best weekday less worst, over the trend of a day.'"
        ) }}
    from sessions
    union all
    select
        {{ answer(
            'K043', scope="'floor'", unit='persons', value=ratio('calm_count', 'calm_day_count'),
            numerator='calm_count', denominator='calm_day_count', n='calm_day_count',
            ci_low=ratio('calm_count', 'calm_day_count') ~ ' - coalesce(floor_error, 0)',
            ci_high=ratio('calm_count', 'calm_day_count') ~ ' + coalesce(floor_error, 0)',
            missing='missing'
        ) }}
    from persons
    union all
    select
        {{ answer(
            'K043', scope="'everyday_uplift'", unit='persons', value='uplift',
            numerator='excess_count', denominator='day_count', n='day_count',
            ci_low='uplift - uplift_error', ci_high='uplift + uplift_error', grade='C',
            comparison="'no_difference'", comparison_value='0', missing='missing',
            note="'Persons a day of everyday activities above trend, weekday and holiday.'"
        ) }}
    from uplifts
    union all
    select
        {{ answer(
            'K043', scope="'half_life'", unit='days', value='half_days', n='day_count', grade='C',
            missing='missing'
        ) }}
    from decays
)

{{ answered('final') }}
