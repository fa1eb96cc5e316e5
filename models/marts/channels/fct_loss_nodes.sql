-- Grain: period x funnel x step x kind of segment x segment. What it costs that a segment goes on
-- less often than the best one. Neither steps nor kinds of segment add up: the same sale is missing
-- after each. Excludes bots, and days whose entries may still go on.
with

rated as (
    select
        *,
        {{ ratio('converted_count', 'entrant_count') }} as conversion_rate
    from {{ ref('fct_funnel_segments') }}
    where entrant_count >= {{ var('loss_node_entries') }}
),

-- Equally good segments: the larger one is the measure, for it is known best.
ranked as (
    select
        *,
        row_number() over (
            partition by period, funnel_id, step_number, segment_kind
            order by conversion_rate desc, entrant_count desc, segment asc
        ) as place
    from rated
),

orders as (
    select
        periods.period,
        count(*) as order_count,
        sum(orders.gmv_paid_amount) as gmv_paid_amount
    from {{ ref('dim_periods') }} as periods
    inner join {{ ref('fct_orders') }} as orders
        on periods.start_date <= orders.paid_date and periods.end_date > orders.paid_date
    group by periods.period
),

compared as (
    select
        ranked.*,
        best.segment as best_segment,
        best.entrant_count as best_entrant_count,
        best.converted_count as best_converted_count,
        best.conversion_rate as best_conversion_rate,
        {{ ratio('orders.gmv_paid_amount', 'orders.order_count') }} as order_value,
        -- The pooled test of two proportions; nothing to tell apart where all or none go on.
        (best.conversion_rate - ranked.conversion_rate) / nullif(
            sqrt(
                cast(best.converted_count + ranked.converted_count as double)
                / (best.entrant_count + ranked.entrant_count)
                * (
                    1 - cast(best.converted_count + ranked.converted_count as double)
                    / (best.entrant_count + ranked.entrant_count)
                )
                * (1.0 / best.entrant_count + 1.0 / ranked.entrant_count)
            ), 0
        ) as z_score
    from ranked
    inner join ranked as best
        on
            ranked.period = best.period
            and ranked.funnel_id = best.funnel_id
            and ranked.step_number = best.step_number
            and ranked.segment_kind = best.segment_kind
            and best.place = 1
    inner join orders on ranked.period = orders.period
    where ranked.place > 1
),

tested as (
    select
        *,
        case when z_score is null then 1.0 else {{ normal_p_value('z_score') }} end as p_value
    from compared
),

numbered as (
    select
        *,
        count(*) over (partition by period) as comparison_count,
        row_number() over (
            partition by period
            order by p_value, funnel_id, step_number, segment_kind, segment
        ) as p_place
    from tested
),

-- Benjamini and Hochberg (1995): the least of the scaled p values from here on.
adjusted as (
    select
        *,
        least(1.0, min(p_value * comparison_count / p_place) over (
            partition by period order by p_place
            rows between current row and unbounded following
        )) as adjusted_p_value
    from numbered
),

valued as (
    select
        *,
        {{ to_money(to_decimal(
            'entrant_count * (best_conversion_rate - conversion_rate) * order_value', 2
        )) }} as lost_amount,
        entrant_count * order_value * ({{ newcombe_bound(
            'best_converted_count', 'best_entrant_count', 'converted_count', 'entrant_count',
            'lower'
        ) }}) as lost_low,
        entrant_count * order_value * ({{ newcombe_bound(
            'best_converted_count', 'best_entrant_count', 'converted_count', 'entrant_count',
            'upper'
        ) }}) as lost_high
    from adjusted
),

final as (
    select
        period,
        funnel_id,
        step_number,
        segment_kind,
        segment,
        step_name,
        next_step_name,
        best_segment,
        adjusted_p_value <= {{ var('loss_node_false_share') }} as is_significant,
        cast(row_number() over (
            partition by period
            order by
                lost_amount desc, funnel_id asc, step_number asc, segment_kind asc, segment asc
        ) as integer) as loss_rank,
        entrant_count,
        converted_count,
        best_entrant_count,
        best_converted_count,
        {{ to_money(to_decimal('order_value', 2)) }} as order_value_amount,
        lost_amount,
        {{ to_money(to_decimal('lost_low', 2)) }} as lost_low_amount,
        {{ to_money(to_decimal('lost_high', 2)) }} as lost_high_amount,
        -- As many digits as the approximation has.
        cast({{ to_decimal('p_value', 6) }} as double) as p_value,
        cast({{ to_decimal('adjusted_p_value', 6) }} as double) as adjusted_p_value
    from valued
)

select * from final
