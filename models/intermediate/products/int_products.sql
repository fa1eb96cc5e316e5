-- Grain: product (SKU) that the shop knows or that a row names. One that is only named is a member
-- of its own, of the unknown category, so that facts lose nothing when they look for their product.
with

skus as (
    select
        sku_id,
        source_system,
        sku_name,
        category_id,
        brand_id,
        is_partner_brand
    from {{ ref('int_skus') }}
),

named as (
    select
        sku_id,
        source_system
    from {{ ref('int_order_lines_completed') }}
    union
    select
        sku_id,
        source_system
    from {{ ref('int_refund_lines') }}
    union
    select
        sku_id,
        source_system
    from {{ ref('int_refund_lines_assumed') }}
),

unknown_products as (
    select
        named.sku_id,
        min(named.source_system) as source_system
    from named
    left join skus on named.sku_id = skus.sku_id
    where skus.sku_id is null
    group by named.sku_id
),

final as (
    select
        sku_id,
        source_system,
        sku_name,
        coalesce(category_id, 'unknown') as category_id,
        coalesce(brand_id, 'unknown') as brand_id,
        coalesce(is_partner_brand, false) as is_partner_brand,
        true as is_known
    from skus
    union all
    select
        sku_id,
        source_system,
        cast(null as string) as sku_name,
        'unknown' as category_id,
        'unknown' as brand_id,
        false as is_partner_brand,
        false as is_known
    from unknown_products
)

select * from final
