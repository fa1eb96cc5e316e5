-- Grain: day of a stock snapshot x SKU that is listed. In stock if any warehouse can sell a unit.
with

final as (
    select
        snapshot_date as business_date,
        sku_id,
        max(available) > 0 as is_in_stock
    from {{ ref('int_inventory_daily') }}
    where is_listed
    group by snapshot_date, sku_id
)

select * from final
