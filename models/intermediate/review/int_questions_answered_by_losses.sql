-- Grain: question x period x scope, of the question where sales are lost: the ten largest nodes of
-- loss that chance does not explain, and the largest under a scope that every period has.
with

nodes as (
    select
        period,
        concat(funnel_id, ':', step_name, '>', next_step_name, ':', segment_kind, '=', segment)
            as node,
        best_segment,
        entrant_count,
        lost_amount,
        lost_low_amount,
        lost_high_amount,
        row_number() over (partition by period order by loss_rank) as place
    from {{ ref('fct_loss_nodes') }}
    where is_significant
),

periods as (
    select
        period,
        is_complete,
        is_settled
    from {{ ref('dim_periods') }}
),

scoped as (
    select
        periods.*,
        'largest' as scope,
        nodes.entrant_count,
        nodes.lost_amount,
        nodes.lost_low_amount,
        nodes.lost_high_amount,
        concat(nodes.node, ', against ', nodes.best_segment, '.') as note,
        case
            when nodes.node is null
                then 'no step is known that a segment passes less often than chance explains'
        end as missing
    from periods
    left join nodes on periods.period = nodes.period and nodes.place = 1
    union all
    select
        periods.*,
        nodes.node as scope,
        nodes.entrant_count,
        nodes.lost_amount,
        nodes.lost_low_amount,
        nodes.lost_high_amount,
        concat('Against ', nodes.best_segment, '.') as note,
        cast(null as string) as missing
    from periods
    inner join nodes on periods.period = nodes.period
    where nodes.place <= 10
),

final as (
    select
        {{ answer(
            'K151', scope='scope', unit='money', value='lost_amount', n='entrant_count',
            ci_low='lost_low_amount', ci_high='lost_high_amount', grade='C', is_mature='is_settled',
            comparison="'best_segment'", comparison_value='0', missing='missing', note='note'
        ) }}
    from scoped
)

{{ answered('final') }}
