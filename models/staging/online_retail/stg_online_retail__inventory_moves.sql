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
        cast(null as string) as warehouse_id,
        cast(null as string) as lot_id,
        cast(null as string) as order_id,
        cast(null as string) as po_id,
        cast(null as string) as transfer_id,
        cast(null as string) as disposal_id,
        'adjust' as move_type,
        -- A keyword to the linter alone; the column is called so in every system.
        cast(null as string) as ownership,  -- noqa: RF04
        invoiced_at as moved_at,
        cast(null as timestamp) as received_lot_at,
        quantity,
        cast(null as decimal(18, 4)) as unit_cost
    from lines
)

select * from final
