-- Grain: period x slot x model: persons who saw it, by the first time in the period.
with

numbered as (
    select
        periods.period,
        seen.slot,
        seen.model,
        seen.is_mature,
        seen.is_returned,
        row_number() over (
            partition by periods.period, seen.slot, seen.model, seen.person_id
            order by seen.first_shown_at, seen.is_cross_category
        ) as seen_number
    from {{ ref('dim_periods') }} as periods
    inner join {{ ref('int_recommendations_seen') }} as seen
        on
            periods.start_date <= seen.business_date
            and periods.end_date > seen.business_date
),

final as (
    select
        period,
        slot,
        model,
        count(*) as person_count,
        count(*) filter (where is_mature) as mature_person_count,
        count(*) filter (where is_mature and is_returned) as returned_person_count
    from numbered
    where seen_number = 1
    group by period, slot, model
)

select * from final
