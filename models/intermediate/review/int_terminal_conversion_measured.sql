-- Grain: period x scope: visitors of each terminal (`app`, `mini_program`, `h5`, `pc`).
with

final as (
    select
        period,
        terminal as scope,
        sum(visitor_count) as terminal_visitor_count,
        sum(paying_visitor_count) as terminal_paying_visitor_count
    from {{ ref('fct_terminal_conversion') }}
    group by period, terminal
)

select * from final
