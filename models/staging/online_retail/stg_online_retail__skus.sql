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
        description as sku_name
    from ranked
    where description_rank = 1
)

select * from final
