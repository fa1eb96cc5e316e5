with

lines as (
    select
        invoice_line_id,
        invoice_no,
        customer_id,
        region_id,
        invoiced_at,
        row_class,
        charge_type,
        row_amount
    from {{ ref('stg_online_retail__invoice_lines') }}
),

orders as (
    select order_id
    from {{ ref('stg_online_retail__orders') }}
),

final as (
    select
        lines.invoice_line_id as charge_id,
        orders.order_id,
        lines.customer_id as user_id,
        lines.region_id,
        'GBP' as currency_code,
        lines.invoiced_at as charged_at,
        lines.charge_type,
        lines.row_amount as charge
    from lines
    left join orders on lines.invoice_no = orders.order_id
    where lines.row_class in ('charge', 'charge_on_cancellation')
)

select * from final
