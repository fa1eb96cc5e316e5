-- Grain: question x period x scope, of the difference of conversion between terminals that is left
-- at equal source and kind of visitor.
with

strata as (
    select * from {{ ref('fct_terminal_conversion') }}
),

visitors as (
    select
        period,
        terminal,
        sum(visitor_count) as visitor_count
    from strata
    group by period, terminal
),

terminals as (
    select listed.terminal
    from (values ('app'), ('mini_program')) as listed (terminal)
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
        periods.period,
        periods.is_complete,
        concat(terminals.terminal, '_less_pc_at_equal_mix') as scope,
        standardised.difference,
        concat(
            standardised.visitor_count, ' of ', visitors.visitor_count + desktop.visitor_count,
            ' visitors are of a source and kind that both terminals have.'
        ) as note,
        case
            when standardised.period is null
                then 'the terminals have no source and kind of visitor in common'
        end as missing
    from {{ ref('dim_periods') }} as periods
    cross join terminals
    left join visitors
        on periods.period = visitors.period and terminals.terminal = visitors.terminal
    left join visitors as desktop
        on periods.period = desktop.period and desktop.terminal = 'pc'
    left join standardised
        on periods.period = standardised.period and terminals.terminal = standardised.terminal
),

final as (
    select
        {{ answer(
            'K022', scope='scope', unit='percentage_points', value='difference',
            grade='C', comparison="'no_difference'", comparison_value='0', missing='missing',
            note='note'
        ) }}
    from differences
)

{{ answered('final') }}
