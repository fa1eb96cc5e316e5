-- Grain: metric x period x pair of dialects x step. Changes add up over the steps of one bridge,
-- and over nothing else.
with

steps as (
    select * from {{ ref('int_dialects_paired') }}
),

measured as (
    select
        metric_id,
        period,
        rule_key,
        metric_id = 'net_sales' as is_amount,
        metric_value
    from {{ ref('int_metrics_measured_by_rule') }}
),

periods as (
    select
        period,
        is_settled
    from {{ ref('dim_periods') }}
),

valued as (
    select
        steps.*,
        periods.period,
        periods.is_settled,
        befores.is_amount,
        befores.metric_value as value_before,
        afters.metric_value as value_after
    from steps
    cross join periods
    inner join measured as befores
        on
            steps.metric_id = befores.metric_id
            and periods.period = befores.period
            and steps.rule_before = befores.rule_key
    inner join measured as afters
        on
            steps.metric_id = afters.metric_id
            and periods.period = afters.period
            and steps.rule_after = afters.rule_key
),

bridged as (
    select
        *,
        first_value(value_before) over bridge as from_value,
        last_value(value_after) over bridge as to_value,
        bool_or(value_before is null or value_after is null) over bridge as is_broken
    from valued
    window bridge as (
        partition by metric_id, period, from_dialect_id, to_dialect_id
        order by step_number
        rows between unbounded preceding and unbounded following
    )
),

final as (
    select
        metric_id,
        period,
        from_dialect_id,
        to_dialect_id,
        cast(step_number as integer) as step_number,
        axis_id,
        from_option_id,
        to_option_id,
        unit,
        case when not is_broken then from_value end as from_value,
        case when not is_broken then to_value end as to_value,
        case when not is_broken then value_before end as value_before,
        case when not is_broken then value_after end as value_after,
        case
            when is_broken then null
            -- Whole cents: doubles would leave a rest.
            when is_amount
                then cast(
                    cast(value_after as decimal(18, 2)) - cast(value_before as decimal(18, 2))
                    as double
                )
            else value_after - value_before
        end as change_in_value,
        is_settled and not is_broken as is_mature,
        case
            when is_broken
                then case metric_id
                    when 'conversion_rate' then 'Not measurable: no visit of the period is known.'
                    when 'net_sales' then 'Not measurable: no source tells what was refunded.'
                    when 'order_value'
                        then 'Not measurable: no order counts in the period, or no refund is known.'
                    else 'Not measurable: buyers of the period or from before it are not known.'
                end
        end as note
    from bridged
)

select * from final
