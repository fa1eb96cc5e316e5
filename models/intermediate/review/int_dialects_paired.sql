-- Grain: metric x ordered pair of dialects x step: the rule before and after one more axis has
-- turned from the option of the first dialect to that of the second.
with

axes as (
    select
        metric_id,
        step_number,
        axis_id,
        unit
    from {{ ref('dialect_axes') }}
),

dialects as (
    select
        dialects.metric_id,
        dialects.dialect_id,
        axes.step_number,
        axes.axis_id,
        axes.unit,
        dialects.option_id
    from {{ ref('dialects') }} as dialects
    inner join axes
        on dialects.metric_id = axes.metric_id and dialects.axis_id = axes.axis_id
),

paired as (
    select
        origins.metric_id,
        origins.dialect_id as from_dialect_id,
        targets.dialect_id as to_dialect_id,
        origins.step_number,
        origins.axis_id,
        origins.unit,
        origins.option_id as from_option_id,
        targets.option_id as to_option_id
    from dialects as origins
    inner join dialects as targets
        on
            origins.metric_id = targets.metric_id
            and origins.step_number = targets.step_number
            and origins.dialect_id != targets.dialect_id
),

final as (
    select
        steps.metric_id,
        steps.from_dialect_id,
        steps.to_dialect_id,
        steps.step_number,
        steps.axis_id,
        steps.unit,
        steps.from_option_id,
        steps.to_option_id,
        {{ dbt.listagg(
            'case
                when axes_of_pair.step_number < steps.step_number then axes_of_pair.to_option_id
                else axes_of_pair.from_option_id
            end', "'|'", 'order by axes_of_pair.step_number'
        ) }} as rule_before,
        {{ dbt.listagg(
            'case
                when axes_of_pair.step_number <= steps.step_number then axes_of_pair.to_option_id
                else axes_of_pair.from_option_id
            end', "'|'", 'order by axes_of_pair.step_number'
        ) }} as rule_after
    from paired as steps
    inner join paired as axes_of_pair
        on
            steps.metric_id = axes_of_pair.metric_id
            and steps.from_dialect_id = axes_of_pair.from_dialect_id
            and steps.to_dialect_id = axes_of_pair.to_dialect_id
    group by
        steps.metric_id,
        steps.from_dialect_id,
        steps.to_dialect_id,
        steps.step_number,
        steps.axis_id,
        steps.unit,
        steps.from_option_id,
        steps.to_option_id
)

select * from final
