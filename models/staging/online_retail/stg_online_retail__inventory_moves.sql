with

lines as (
    select
        invoice_line_id,
        stock_code,
        invoiced_at,
        quantity,
        row_class
    from {{ ref('stg_online_retail__invoice_lines') }}
    where row_class = 'stock_adjustment'
),

final as (
    select
        invoice_line_id as move_id,
        stock_code as sku_id,
        'adjust' as move_type,
        invoiced_at as moved_at,
        quantity
    from lines
)

select * from final
