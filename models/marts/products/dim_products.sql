-- Grain: SKU, sold or not; also one that a sale or a refund names and the shop does not deliver.
with

products as (
    select
        sku_id,
        source_system,
        sku_name,
        category_id,
        is_known
    from {{ ref('int_products') }}
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
        products.sku_id,
        products.source_system,
        products.category_id,
        products.sku_name,
        sales.first_sold_date,
        sales.last_sold_date,
        products.is_known,
        sales.sku_id is not null as is_ever_sold
    from products
    left join sales on products.sku_id = sales.sku_id
)

select * from final
