{{ config(
    materialized='incremental',
    unique_key='order_id',
    meta={
        'changes': 'int_orders_changed',
        'changed_key': 'person_id',
        'key_name': "'person_id'",
    },
) }}
-- Grain: order line. Merchandise value in the reporting currency, with the order's own discount,
-- shipping and tax spread over its lines. Excludes test orders and what a rule leaves out; a
-- product that the shop does not know is of the unknown category.
with

orders as (
    select
        order_id,
        person_id,
        region_id,
        channel_id,
        terminal,
        exchange_rate,
        placed_at,
        paid_at,
        business_date,
        paid_date,
        is_paid
    from {{ ref('int_orders_converted') }}
    {{ where_changed('order_id', ref('int_orders_changed')) }}
),

lines as (
    select
        order_line_id,
        order_id,
        sku_id,
        promo_id,
        is_gift,
        quantity,
        cast(list_price * quantity as decimal(18, 2)) as list_value,
        cast(unit_price * quantity as decimal(18, 2)) - line_discount as line_value
    from {{ ref('int_order_lines_completed') }}
    {{ where_changed('order_id', ref('int_orders_changed')) }}
),

skus as (
    select
        sku_id,
        category_id
    from {{ ref('int_skus') }}
),

allocations as (
    select
        order_line_id,
        allocated_discount,
        allocated_shipping,
        allocated_tax
    from {{ ref('int_order_amounts_allocated') }}
    {{ where_changed('order_id', ref('int_orders_changed')) }}
),

joined as (
    select
        lines.order_line_id,
        lines.order_id,
        lines.sku_id,
        lines.promo_id,
        coalesce(skus.category_id, 'unknown') as category_id,
        orders.person_id,
        orders.region_id,
        orders.channel_id,
        orders.terminal,
        orders.placed_at,
        orders.paid_at,
        orders.business_date,
        orders.paid_date,
        orders.is_paid,
        lines.is_gift,
        lines.quantity,
        orders.exchange_rate,
        lines.list_value,
        coalesce(allocations.allocated_discount, 0) as order_discount,
        coalesce(allocations.allocated_shipping, 0) as shipping_fee,
        coalesce(allocations.allocated_tax, 0) as tax,
        lines.line_value - coalesce(allocations.allocated_discount, 0) as merchandise
    from lines
    inner join orders on lines.order_id = orders.order_id
    left join skus on lines.sku_id = skus.sku_id
    left join allocations on lines.order_line_id = allocations.order_line_id
),

final as (
    select
        order_line_id,
        order_id,
        sku_id,
        promo_id,
        category_id,
        person_id,
        region_id,
        channel_id,
        terminal,
        placed_at,
        paid_at,
        business_date,
        paid_date,
        is_paid,
        is_gift,
        quantity,
        exchange_rate,
        {{ to_money('list_value * exchange_rate') }} as list_amount,
        {{ to_money('order_discount * exchange_rate') }} as allocated_discount_amount,
        {{ to_money('merchandise * exchange_rate') }} as gmv_placed_amount,
        {{ to_money('case when is_paid then merchandise else 0 end * exchange_rate') }}
            as gmv_paid_amount,
        {{ to_money('shipping_fee * exchange_rate') }} as allocated_shipping_amount,
        {{ to_money('tax * exchange_rate') }} as allocated_tax_amount,
        cast(merchandise as decimal(18, 2)) as transaction_gmv_placed_amount
    from joined
)

select * from final
