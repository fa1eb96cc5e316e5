-- Grain: metric x dialect x axis on which its definition may differ from others.
with

final as (
    select
        dialects.metric_id,
        dialects.dialect_id,
        axes.step_number,
        axes.axis_id,
        dialects.option_id,
        dialects.dialect_name,
        axes.unit,
        dialects.basis,
        dialects.source_note
    from {{ ref('dialects') }} as dialects
    inner join {{ ref('dialect_axes') }} as axes
        on dialects.metric_id = axes.metric_id and dialects.axis_id = axes.axis_id
)

select * from final
