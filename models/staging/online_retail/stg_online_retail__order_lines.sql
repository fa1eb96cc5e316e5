with

lines as (
    select
        invoice_line_id,
        invoice_no,
        stock_code,
        row_class,
        quantity,
        unit_price,
        _source_file,
        _source_row
    from {{ ref('stg_online_retail__invoice_lines') }}
    where row_class in ('sale', 'free_line')
),

final as (
    select
        invoice_line_id as order_line_id,
        invoice_no as order_id,
        stock_code as sku_id,
        row_class = 'free_line' as is_gift,
        quantity,
        -- The invoice shows one price; what the list price was, it does not tell.
        unit_price as list_price,
        unit_price,
        0 as line_discount,
        _source_file,
        _source_row
    from lines
)

select * from final
