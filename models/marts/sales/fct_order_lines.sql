{{ config(
    materialized='incremental',
    unique_key='order_id',
    meta={'changes': 'int_order_values_changed'},
) }}
-- Grain: order line. Amounts add up over lines, orders and days; the order's own discount, shipping
-- and tax are spread over its lines to the cent.
-- Excludes charges that are no merchandise (see fct_order_charges) and test orders.
with

lines as (
    select * from {{ ref('int_order_lines_allocated') }}
    {{ where_changed('order_id', ref('int_order_values_changed')) }}
),

refunds as (
    select
        order_line_id,
        sum(quantity) as refunded_quantity,
        sum(refund_amount) as refund_amount
    from {{ ref('int_refund_lines_dated') }}
    where order_line_id is not null
    group by order_line_id
),

final as (
    select
        lines.order_line_id,
        lines.order_id,
        lines.sku_id,
        lines.promo_id,
        lines.category_id,
        lines.person_id,
        lines.region_id,
        lines.channel_id,
        lines.terminal,
        lines.placed_at,
        lines.paid_at,
        lines.business_date,
        lines.paid_date,
        lines.is_paid,
        lines.is_gift,
        lines.quantity,
        cast(coalesce(refunds.refunded_quantity, 0) as bigint) as refunded_quantity,
        lines.list_amount,
        lines.allocated_discount_amount,
        lines.gmv_placed_amount,
        lines.gmv_paid_amount,
        cast(coalesce(refunds.refund_amount, 0) as decimal(18, 2))
            as refunds_by_order_date_amount,
        cast(lines.gmv_paid_amount - coalesce(refunds.refund_amount, 0) as decimal(18, 2))
            as net_sales_by_order_date_amount,
        lines.allocated_shipping_amount,
        lines.allocated_tax_amount,
        lines.transaction_gmv_placed_amount
    from lines
    left join refunds on lines.order_line_id = refunds.order_line_id
)

select * from final
