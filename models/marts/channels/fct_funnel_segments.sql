-- Grain: period x funnel x step x kind of segment x segment. Segments of one kind add up, steps and
-- kinds do not. Excludes bots, and days whose entries may still go on.
with

daily as (
    select * from {{ ref('fct_funnels_daily') }}
    where is_mature
),

segmented as (
    select
        business_date,
        funnel_id,
        step_number,
        step_name,
        next_step_name,
        'terminal' as segment_kind,
        terminal as segment,
        entrant_count,
        converted_count
    from daily
    union all
    select
        business_date,
        funnel_id,
        step_number,
        step_name,
        next_step_name,
        'source_group' as segment_kind,
        source_group as segment,
        entrant_count,
        converted_count
    from daily
),

final as (
    select
        periods.period,
        segmented.funnel_id,
        segmented.step_number,
        segmented.segment_kind,
        segmented.segment,
        segmented.step_name,
        segmented.next_step_name,
        cast(sum(segmented.entrant_count) as bigint) as entrant_count,
        cast(sum(segmented.converted_count) as bigint) as converted_count
    from {{ ref('dim_periods') }} as periods
    inner join segmented
        on
            periods.start_date <= segmented.business_date
            and periods.end_date > segmented.business_date
    group by
        periods.period, segmented.funnel_id, segmented.step_number, segmented.segment_kind,
        segmented.segment, segmented.step_name, segmented.next_step_name
)

select * from final
