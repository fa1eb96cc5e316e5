-- Grain: question x period x scope, of the question what contacts and tiers do for activity: each
-- purpose of contacts, all of them, and each tier.
with

periods as (
    select
        period,
        end_date,
        is_complete,
        {{ dbt.datediff('start_date', 'end_date', 'day') }} as day_count  -- noqa: LT05
    from {{ ref('dim_periods') }}
),

covered as (
    select max(business_date) as last_date
    from {{ ref('dim_dates') }}
    where is_covered
),

scopes as (
    select
        scope,
        is_randomised
    from {{ ref('int_outreach_summed_to_periods') }}
    group by scope, is_randomised
    union
    select
        'all' as scope,
        false as is_randomised
),

-- The last contacts of a period have shown their effect four weeks later.
effects as (
    select
        periods.period,
        periods.day_count,
        periods.is_complete
        and {{ dbt.dateadd('day', 27, 'periods.end_date') }} <= covered.last_date as is_mature,
        scopes.scope,
        scopes.is_randomised,
        summed.contacted_count,
        summed.person_count,
        summed.gained_days,
        summed.gained_days / nullif(summed.expected_days, 0) as relative_change,
        summed.expected_days,
        summed.squared_gained_days,
        summed.squared_expected_days,
        summed.gained_by_expected_days,
        summed.compared_squared_error,
        case
            when summed.scope is null
                then 'nobody was contacted whose activity of four weeks before and after is known'
            when summed.person_count < 2 then 'nobody comparable was left without a contact'
            when summed.expected_days <= 0 then 'no activity was to be expected without contacts'
        end as missing,
        case
            when summed.person_count < summed.contacted_count
                then
                    concat(
                        'Contacted members without comparable ones, left out: ',
                        summed.contacted_count - summed.person_count, '.'
                    )
        end as note
    from periods
    cross join covered
    cross join scopes
    left join {{ ref('int_outreach_summed_to_periods') }} as summed
        on
            periods.period = summed.period
            and scopes.scope = summed.scope
            and scopes.is_randomised = summed.is_randomised
),

-- Half of the 95% interval, by the delta method where the change is relative.
judged as (
    select
        *,
        1.959963984540054 * sqrt(
            person_count * greatest(
                squared_gained_days - 2 * relative_change * gained_by_expected_days
                + relative_change * relative_change * squared_expected_days, 0
            ) / nullif(person_count - 1, 0)
            + (1 + relative_change) * (1 + relative_change) * compared_squared_error
        ) / expected_days as relative_error,
        1.959963984540054 * sqrt(
            person_count * greatest(
                squared_gained_days - gained_days * gained_days / nullif(person_count, 0), 0
            ) / nullif(person_count - 1, 0) + compared_squared_error
        ) as days_error
    from effects
),

tiers as (
    select tier
    from {{ ref('tiers') }}
    where spending_from > 0
),

jumps as (
    select
        periods.period,
        periods.is_complete,
        concat('tier_', tiers.tier) as scope,
        jumps.below_count + jumps.eligible_count as person_count,
        jumps.below_days,
        jumps.eligible_days / nullif(jumps.below_days, 0) - 1 as relative_change,
        1.959963984540054 * sqrt(
            jumps.eligible_squared_error
            + jumps.below_squared_error
            * (jumps.eligible_days / nullif(jumps.below_days, 0))
            * (jumps.eligible_days / nullif(jumps.below_days, 0))
        ) / jumps.below_days as relative_error,
        case
            when jumps.tier is null
                then 'no member near the tier is known for a year before and four weeks after'
            when
                jumps.below_squared_error is null or jumps.eligible_squared_error is null
                then 'fewer than three members are on a side of the tier'
            when jumps.below_days <= 0 then 'no activity is to be expected below the tier'
        end as missing
    from periods
    cross join tiers
    left join {{ ref('int_tier_jumps_measured') }} as jumps
        on periods.period = jumps.period and tiers.tier = jumps.tier
),

final as (
    select
        {{ answer(
            'K008', scope='scope', unit='relative_change', value='relative_change',
            n='person_count', ci_low='relative_change - relative_error',
            ci_high='relative_change + relative_error', grade='A', is_mature='is_mature',
            comparison="'no_difference'", comparison_value='0', missing='missing', note='note'
        ) }}
    from judged
    where is_randomised
    union all
    select
        {{ answer(
            'K008', scope='scope', unit='relative_change', value='relative_change',
            n='person_count', ci_low='relative_change - relative_error',
            ci_high='relative_change + relative_error', grade='B', is_mature='is_mature',
            comparison="'no_difference'", comparison_value='0', missing='missing', note='note'
        ) }}
    from judged
    where not is_randomised
    union all
    select
        {{ answer(
            'K008', scope="'active_persons'", unit='persons', value='gained_days / day_count',
            n='person_count', ci_low='(gained_days - days_error) / day_count',
            ci_high='(gained_days + days_error) / day_count', grade='B', is_mature='is_mature',
            comparison="'no_difference'", comparison_value='0', missing='missing',
            note="'More active persons a day by all contacts of the period.'"
        ) }}
    from judged
    where scope = 'all'
    union all
    select
        {{ answer(
            'K008', scope='scope', unit='relative_change', value='relative_change',
            n='person_count', ci_low='relative_change - relative_error',
            ci_high='relative_change + relative_error', grade='B',
            comparison="'no_difference'", comparison_value='0', missing='missing',
            note="'Jump at the spending that the tier asks for.'"
        ) }}
    from jumps
)

{{ answered('final') }}
