{{ config(materialized='view') }}
with

valid as (
    {{ valid_rows('storefront', 'promo_calendar', ref('base_storefront__promo_calendar')) }}
),

final as (
    select
        promo_id,
        promo_name,
        promo_type,
        size,
        anchor,
        is_lunar,
        scope_type,
        case when scope_type = 'category' then scope_id end as category_id,
        case when scope_type = 'sku' then scope_id end as sku_id,
        scene,
        starts_at,
        ends_at,
        budget,
        _loaded_at
    from valid
)

select * from final
