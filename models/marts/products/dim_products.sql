-- Grain: SKU, sold or not.
with

skus as (
    select
        sku_id,
        source_system,
        sku_name,
        coalesce(category_id, 'unknown') as category_id
    from {{ ref('int_skus') }}
),

sales as (
    select
        sku_id,
        min(paid_date) as first_sold_date,
        max(paid_date) as last_sold_date
    from {{ ref('fct_order_lines') }}
    where is_paid and not is_gift
    group by sku_id
),

final as (
    select
        skus.sku_id,
        skus.source_system,
        skus.category_id,
        skus.sku_name,
        sales.first_sold_date,
        sales.last_sold_date,
        sales.sku_id is not null as is_ever_sold
    from skus
    left join sales on skus.sku_id = sales.sku_id
)

select * from final
