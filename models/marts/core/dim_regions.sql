-- Grain: region of a receiver: a province of China, or another country.
with

final as (
    select
        region_id,
        region_name,
        region_name_zh,
        country_code,
        macro_region_id,
        macro_region_name,
        macro_region_name_zh
    from {{ ref('regions') }}
)

select * from final
