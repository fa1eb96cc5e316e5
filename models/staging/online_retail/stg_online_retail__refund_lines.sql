-- Grain: cancellation line x sale line that it reverses; units that reverse no known sale are a row
-- of their own. The money of a cancellation is split so that its rows add up to it, to the penny.
with

cancellations as (
    select
        invoice_line_id,
        invoice_no,
        customer_id,
        stock_code,
        region_id,
        invoiced_at,
        unit_price,
        -quantity as quantity,
        _source_file,
        _source_row
    from {{ ref('stg_online_retail__invoice_lines') }}
    where row_class = 'refund'
),

matches as (
    select
        invoice_line_id,
        sale_line_id,
        quantity
    from {{ ref('stg_online_retail__refund_matches') }}
),

matched as (
    select
        invoice_line_id,
        sum(quantity) as quantity
    from matches
    group by invoice_line_id
),

pieces as (
    select
        invoice_line_id,
        sale_line_id,
        quantity
    from matches
    union all
    select
        cancellations.invoice_line_id,
        null as sale_line_id,
        cancellations.quantity - coalesce(matched.quantity, 0) as quantity
    from cancellations
    left join matched on cancellations.invoice_line_id = matched.invoice_line_id
    where cancellations.quantity > coalesce(matched.quantity, 0)
),

summed as (
    select
        *,
        sum(quantity) over (
            partition by invoice_line_id
            order by coalesce(sale_line_id, '')
        ) as running_quantity
    from pieces
),

sales as (
    select
        invoice_line_id,
        invoice_no
    from {{ ref('stg_online_retail__invoice_lines') }}
),

final as (
    select
        md5(concat_ws('|', summed.invoice_line_id, coalesce(summed.sale_line_id, '')))
            as refund_line_id,
        cancellations.invoice_no as refund_id,
        sales.invoice_no as order_id,
        summed.sale_line_id as order_line_id,
        cancellations.customer_id as user_id,
        cancellations.stock_code as sku_id,
        cancellations.region_id,
        'GBP' as currency_code,
        'cancellation' as refund_type,
        cancellations.invoiced_at as refunded_at,
        summed.quantity,
        round(summed.running_quantity * cancellations.unit_price, 2)
        - round((summed.running_quantity - summed.quantity) * cancellations.unit_price, 2)
            as refund,
        cancellations._source_file,
        cancellations._source_row
    from summed
    inner join cancellations on summed.invoice_line_id = cancellations.invoice_line_id
    left join sales on summed.sale_line_id = sales.invoice_line_id
)

select * from final
