{{ config(materialized='view') }}
with

valid as (
    {{ valid_rows('storefront', 'targets', ref('base_storefront__targets')) }}
),

final as (
    select
        target_id,
        metric_id,
        scope_type,
        case when scope_type = 'category' then scope_id end as category_id,
        case when scope_type = 'region' then scope_id end as region_id,
        case when scope_type = 'channel' then scope_id end as channel_id,
        starts_date,
        ends_date,
        version,
        set_at,
        value,
        _loaded_at
    from valid
)

select * from final
