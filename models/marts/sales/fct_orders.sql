{{ config(
    materialized='incremental',
    unique_key='order_id',
    meta={'changes': 'int_order_values_changed'},
) }}
-- Grain: order. Amounts are sums of its lines and add up over orders.
-- Refunds of no known order belong to none: take them from fct_refund_lines or fct_sales_daily.
-- Excludes test orders.
with

orders as (
    select * from {{ ref('int_orders_converted') }}
    {{ where_changed('order_id', ref('int_order_values_changed')) }}
),

lines as (
    select
        order_id,
        count(*) as line_count,
        sum(quantity) as quantity,
        sum(refunded_quantity) as refunded_quantity,
        sum(gmv_placed_amount) as gmv_placed_amount,
        sum(gmv_paid_amount) as gmv_paid_amount,
        sum(refunds_by_order_date_amount) as refunds_by_order_date_amount,
        sum(net_sales_by_order_date_amount) as net_sales_by_order_date_amount,
        sum(allocated_shipping_amount) as shipping_amount,
        sum(allocated_tax_amount) as tax_amount,
        sum(transaction_gmv_placed_amount) as transaction_gmv_placed_amount
    from {{ ref('fct_order_lines') }}
    {{ where_changed('order_id', ref('int_order_values_changed')) }}
    group by order_id
),

attributed as (
    select
        order_id,
        attributed_channel_id
    from {{ ref('int_orders_attributed') }}
    {{ where_changed('order_id', ref('int_order_values_changed')) }}
),

final as (
    select
        orders.order_id,
        orders.source_system,
        orders.person_id,
        orders.region_id,
        orders.channel_id,
        attributed.attributed_channel_id,
        orders.terminal,
        orders.placed_at,
        orders.paid_at,
        orders.cancelled_at,
        orders.completed_at,
        orders.business_date,
        orders.paid_date,
        orders.currency_code,
        orders.exchange_rate,
        orders.is_anonymous,
        orders.is_paid,
        orders.cancelled_at is not null as is_cancelled,
        lines.gmv_placed_amount = 0 as is_free,
        lines.refunded_quantity > 0 as is_refunded,
        lines.refunded_quantity >= lines.quantity as is_fully_refunded,
        lines.line_count,
        orders.quarantined_line_count,
        cast(lines.quantity as bigint) as quantity,
        cast(lines.gmv_placed_amount as decimal(18, 2)) as gmv_placed_amount,
        cast(lines.gmv_paid_amount as decimal(18, 2)) as gmv_paid_amount,
        cast(lines.refunds_by_order_date_amount as decimal(18, 2)) as refunds_by_order_date_amount,
        cast(lines.net_sales_by_order_date_amount as decimal(18, 2))
            as net_sales_by_order_date_amount,
        cast(lines.shipping_amount as decimal(18, 2)) as shipping_amount,
        cast(lines.tax_amount as decimal(18, 2)) as tax_amount,
        cast(lines.transaction_gmv_placed_amount as decimal(18, 2)) as transaction_gmv_placed_amount
    from orders
    inner join lines on orders.order_id = lines.order_id
    inner join attributed on orders.order_id = attributed.order_id
)

select * from final
