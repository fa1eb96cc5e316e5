-- An order is an invoice that sells goods; one that only charges fees or postage is none.
with

lines as (
    select
        invoice_no,
        customer_id,
        region_id,
        invoiced_at,
        row_class,
        charge_type,
        row_amount,
        _source_file,
        _source_row
    from {{ ref('stg_online_retail__invoice_lines') }}
    where row_class in ('sale', 'free_line', 'charge')
),

-- 43 invoices spread over two neighbouring minutes: the first one is the order's.
final as (
    select
        invoice_no as order_id,
        max(customer_id) as user_id,
        min(region_id) as region_id,
        'unknown' as channel_id,
        'unknown' as terminal,
        'GBP' as currency_code,
        min(invoiced_at) as placed_at,
        -- Invoices are issued on payment terms that the source does not tell: taken as paid.
        min(invoiced_at) as paid_at,
        false as is_presale,
        false as is_test,
        0 as order_discount,
        coalesce(sum(row_amount) filter (where charge_type = 'shipping'), 0) as shipping_fee,
        0 as tax,
        min(_source_file) as _source_file,
        min(_source_row) as _source_row
    from lines
    group by invoice_no
    having count(*) filter (where row_class in ('sale', 'free_line')) > 0
)

select * from final
