-- Grain: question x period x scope, of the question about conversion by terminal.
with

periods as (
    select
        period,
        is_complete
    from {{ ref('dim_periods') }}
),

strata as (
    select * from {{ ref('fct_terminal_conversion') }}
),

terminals as (
    select listed.terminal
    from (values ('app'), ('mini_program'), ('h5'), ('pc')) as listed (terminal)
),

counted as (
    select
        periods.period,
        periods.is_complete,
        terminals.terminal,
        coalesce(sum(strata.visitor_count), 0) as visitor_count,
        coalesce(sum(strata.paying_visitor_count), 0) as paying_visitor_count
    from periods
    cross join terminals
    left join strata
        on
            periods.period = strata.period
            and terminals.terminal = strata.terminal
    group by periods.period, periods.is_complete, terminals.terminal
),

rates as (
    select
        *,
        case when visitor_count = 0 then 'no visitor of the terminal is known' end as missing
    from counted
),

-- Both conversions weighed by the visitors of both terminals in each stratum, so that neither
-- source nor kind of visitor makes the difference. A stratum that one of them lacks says nothing.
standardised as (
    select
        present.period,
        present.terminal,
        -- Rounded, for the last digits of a sum of fractions depend on their order.
        round(sum(
            (present.visitor_count + desktop.visitor_count)
            * (
                {{ ratio('present.paying_visitor_count', 'present.visitor_count') }}
                - {{ ratio('desktop.paying_visitor_count', 'desktop.visitor_count') }}
            )
        ) / sum(present.visitor_count + desktop.visitor_count), 9) as difference,
        sum(present.visitor_count + desktop.visitor_count) as visitor_count
    from strata as present
    inner join strata as desktop
        on
            present.period = desktop.period
            and present.traffic_source = desktop.traffic_source
            and present.visitor_kind = desktop.visitor_kind
            and desktop.terminal = 'pc'
    where present.terminal in ('app', 'mini_program')
    group by present.period, present.terminal
),

differences as (
    select
        rates.period,
        rates.is_complete,
        concat(rates.terminal, '_less_pc') as scope,
        concat(rates.terminal, '_less_pc_at_equal_mix') as standardised_scope,
        rates.visitor_count,
        rates.paying_visitor_count,
        desktop.visitor_count as pc_visitor_count,
        desktop.paying_visitor_count as pc_paying_visitor_count,
        standardised.difference,
        concat(
            standardised.visitor_count, ' of ', rates.visitor_count + desktop.visitor_count,
            ' visitors are of a source and kind that both terminals have.'
        ) as standardised_note,
        case
            when rates.visitor_count = 0 or desktop.visitor_count = 0
                then 'no visitor of one of the terminals is known'
        end as missing,
        case
            when standardised.period is null
                then 'the terminals have no source and kind of visitor in common'
        end as missing_standardised
    from rates
    inner join rates as desktop on rates.period = desktop.period and desktop.terminal = 'pc'
    left join standardised
        on
            rates.period = standardised.period
            and rates.terminal = standardised.terminal
    where rates.terminal in ('app', 'mini_program')
),

final as (
    select
        {{ answer(
            'K022', scope='terminal', unit='share',
            value=ratio('paying_visitor_count', 'visitor_count'),
            numerator='paying_visitor_count', denominator='visitor_count', n='visitor_count',
            ci_low=wilson_bound('paying_visitor_count', 'visitor_count', 'lower'),
            ci_high=wilson_bound('paying_visitor_count', 'visitor_count', 'upper'),
            grade='C', missing='missing'
        ) }}
    from rates
    union all
    select
        {{ answer(
            'K022', scope='scope', unit='percentage_points',
            value=ratio('paying_visitor_count', 'visitor_count') ~ ' - '
                ~ ratio('pc_paying_visitor_count', 'pc_visitor_count'),
            n='visitor_count + pc_visitor_count',
            ci_low=newcombe_bound(
                'paying_visitor_count', 'visitor_count',
                'pc_paying_visitor_count', 'pc_visitor_count', 'lower'
            ),
            ci_high=newcombe_bound(
                'paying_visitor_count', 'visitor_count',
                'pc_paying_visitor_count', 'pc_visitor_count', 'upper'
            ),
            grade='C', comparison="'no_difference'", comparison_value='0', missing='missing'
        ) }}
    from differences
    union all
    select
        {{ answer(
            'K022', scope='standardised_scope', unit='percentage_points', value='difference',
            grade='C', comparison="'no_difference'", comparison_value='0',
            missing='missing_standardised', note='standardised_note'
        ) }}
    from differences
)

{{ answered('final') }}
