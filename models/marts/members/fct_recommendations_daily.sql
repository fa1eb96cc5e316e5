-- Grain: local day x slot x model x whether the category was new to the person. Impressions and
-- clicks add up; persons do not, over anything. Excludes bots.
with

final as (
    select
        business_date,
        slot,
        model,
        is_cross_category,
        cast(sum(impression_count) as bigint) as impression_count,
        cast(sum(click_count) as bigint) as click_count,
        count(*) as person_count,
        count(*) filter (where is_mature) as mature_person_count,
        count(*) filter (where is_mature and is_returned) as returned_person_count
    from {{ ref('int_recommendations_seen') }}
    group by business_date, slot, model, is_cross_category
)

select * from final
