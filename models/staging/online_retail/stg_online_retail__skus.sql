-- A product's name is the description that its sales carry most often. Notes of the warehouse
-- ('damaged?', 'found') stand on stock adjustments: they name a product only if nothing else does.
with

lines as (
    select
        stock_code,
        description,
        row_class
    from {{ ref('stg_online_retail__invoice_lines') }}
    where row_class not in ('charge', 'charge_on_cancellation')
),

described as (
    select
        stock_code,
        description,
        count(*) filter (where row_class != 'stock_adjustment') as sale_count,
        count(*) as line_count
    from lines
    group by stock_code, description
),

ranked as (
    select
        stock_code,
        description,
        row_number() over (
            partition by stock_code
            order by
                case when description is null then 1 else 0 end asc,
                sale_count desc,
                line_count desc,
                description asc
        ) as description_rank
    from described
),

final as (
    select
        stock_code as sku_id,
        description as sku_name,
        cast(null as string) as category_id,
        cast(null as string) as spu_id,
        cast(null as string) as brand_id,
        cast(null as string) as supplier_id,
        cast(null as string) as new_class,
        cast(null as string) as price_band,
        cast(null as string) as assortment_role,
        cast(null as string) as stocking_mode,
        cast(null as string) as selected_by,
        cast(null as string) as status,
        cast(null as timestamp) as selected_at,
        cast(null as timestamp) as launched_at,
        cast(null as timestamp) as incubated_at,
        cast(null as timestamp) as delisted_at,
        cast(null as date) as stocking_mode_since_date,
        cast(null as boolean) as is_partner_brand,
        cast(null as decimal(18, 4)) as list_price,
        cast(null as decimal(18, 4)) as gross_weight_kg
    from ranked
    where description_rank = 1
)

select * from final
