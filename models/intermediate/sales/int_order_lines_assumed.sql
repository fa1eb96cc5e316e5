{{ config(
    materialized='incremental',
    unique_key='order_line_id',
    meta={'changed_key': 'order_id', 'key_name': "'order_id'"},
) }}
-- Grain: order of which no line is known, though money came for it: one line of the unknown
-- product, at the price that explains what was paid in the order's currency.
with

orders as (
    select
        order_id,
        source_system,
        currency_code,
        order_discount,
        shipping_fee,
        tax
    from {{ ref('int_orders') }}
),

lines as (
    select distinct order_id from {{ ref('int_order_lines') }}
),

payments as (
    select
        order_id,
        currency_code,
        sum(amount) as amount
    from {{ ref('int_payments') }}
    where status = 'succeeded'
    group by order_id, currency_code
),

priced as (
    select
        orders.order_id,
        orders.source_system,
        payments.amount + orders.order_discount - orders.shipping_fee - orders.tax as price
    from orders
    inner join payments
        on
            orders.order_id = payments.order_id
            and orders.currency_code = payments.currency_code
    left join lines on orders.order_id = lines.order_id
    where lines.order_id is null
),

final as (
    select
        concat(order_id, '-unknown') as order_line_id,
        source_system,
        order_id,
        'unknown' as sku_id,
        cast(null as string) as promo_id,
        false as is_gift,
        cast(1 as bigint) as quantity,
        cast(price as decimal(18, 4)) as list_price,
        cast(price as decimal(18, 4)) as unit_price,
        cast(0 as decimal(18, 2)) as line_discount
    from priced
    where price >= 0
)

select * from final
