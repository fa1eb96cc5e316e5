-- Grain: question x period x scope, of the questions about page speed: K039 of all pages and of
-- landings, K152 of the cart.
with

periods as (
    select
        period,
        is_complete
    from {{ ref('dim_periods') }}
),

kinds as (
    select
        listed.page_type,
        listed.outcome
    from (values ('all', 'bounce'), ('cart', 'checkout')) as listed (page_type, outcome)
),

timings as (
    select listed.timing_name
    from (values ('load'), ('lcp')) as listed (timing_name)
),

speeds as (
    select * from {{ ref('int_page_speed_measured_to_periods') }}
),

-- A scope that every period has, and one for every part that was measured: a type of page or a
-- terminal, and not both, for the mart has those.
timed as (
    select
        periods.period,
        periods.is_complete,
        kinds.page_type,
        concat(timings.timing_name, '_p75') as scope,
        speeds.page_load_count,
        speeds.p75_seconds,
        speeds.low_seconds,
        speeds.high_seconds,
        case
            when speeds.page_load_count is not null then null
            when kinds.page_type = 'cart' then 'no load of the cart page is measured'
            else 'no load of a page is measured'
        end as missing
    from periods
    cross join kinds
    cross join timings
    left join speeds
        on
            periods.period = speeds.period
            and kinds.page_type = speeds.page_type
            and timings.timing_name = speeds.timing_name
            and speeds.terminal = 'all'
    union all
    select
        periods.period,
        periods.is_complete,
        kinds.page_type,
        concat(
            speeds.timing_name, '_p75_',
            case when speeds.terminal = 'all' then speeds.page_type else speeds.terminal end
        ) as scope,
        speeds.page_load_count,
        speeds.p75_seconds,
        speeds.low_seconds,
        speeds.high_seconds,
        cast(null as string) as missing
    from periods
    inner join speeds on periods.period = speeds.period
    inner join kinds
        on
            (speeds.page_type = kinds.page_type and speeds.terminal != 'all')
            or (
                kinds.page_type = 'all'
                and speeds.page_type != 'all'
                and speeds.terminal = 'all'
            )
),

outcomes as (
    select * from {{ ref('int_page_speed_outcomes_adjusted') }}
),

compared as (
    select
        periods.period,
        periods.is_complete,
        kinds.outcome,
        concat(kinds.outcome, '_slow_less_fast') as scope,
        outcomes.session_count,
        outcomes.adjusted_value,
        outcomes.adjusted_error,
        case
            when outcomes.adjusted_value is not null then null
            when kinds.outcome = 'checkout'
                then 'no slow and fast loads of the cart page are measured'
            else 'no slow and fast loads of landing pages are measured'
        end as missing
    from periods
    cross join kinds
    left join outcomes
        on
            periods.period = outcomes.period
            and kinds.outcome = outcomes.outcome
            and outcomes.load_band_number = 0
),

curve as (
    select
        periods.period,
        periods.is_complete,
        outcomes.outcome,
        concat(
            outcomes.outcome, '_band_',
            case when outcomes.load_band_number < 10 then '0' else '' end,
            outcomes.load_band_number
        ) as scope,
        outcomes.session_count,
        outcomes.adjusted_value,
        outcomes.adjusted_error
    from periods
    inner join outcomes on periods.period = outcomes.period
    where outcomes.load_band_number > 0
),

{% set on_all = {'K039': ('all', 'bounce'), 'K152': ('cart', 'checkout')} %}
{% for question, (page_type, outcome) in on_all.items() %}
    {{ question | lower }} as (
        select
            {{ answer(
                question, scope='scope', unit='seconds', value='p75_seconds', n='page_load_count',
                ci_low='low_seconds', ci_high='high_seconds', missing='missing'
            ) }}
        from timed
        where page_type = '{{ page_type }}'
        union all
        select
            {{ answer(
                question, scope='scope', unit='percentage_points', value='adjusted_value',
                n='session_count',
                ci_low='greatest(adjusted_value - 1.959963984540054 * adjusted_error, -1)',
                ci_high='least(adjusted_value + 1.959963984540054 * adjusted_error, 1)',
                grade='C', comparison="'no_difference'", comparison_value='0', missing='missing',
                note="'Mantel and Haenszel, at equal source and device; slow is 3 seconds or more.'"
            ) }}
        from compared
        where outcome = '{{ outcome }}'
        union all
        select
            {{ answer(
                question, scope='scope', unit='share', value='adjusted_value', n='session_count',
                ci_low='greatest(adjusted_value - 1.959963984540054 * adjusted_error, 0)',
                ci_high='least(adjusted_value + 1.959963984540054 * adjusted_error, 1)',
                grade='C', note="'At the sources and devices of all bands.'"
            ) }}
        from curve
        where outcome = '{{ outcome }}'
    ),
{% endfor %}

final as (
    select * from k039
    union all
    select * from k152
)

{{ answered('final') }}
