with

lines as (
    select
        order_id,
        sum(quantity * unit_price) as gmv_paid_amount
    from {{ ref('int_order_lines') }}
    group by order_id
),

final as (
    select
        orders.order_id,
        orders.customer_id,
        orders.region_id,
        {{ business_date('orders.placed_at') }} as order_date,
        cast(lines.gmv_paid_amount as decimal(18, 2)) as gmv_paid_amount
    from {{ ref('int_orders') }} as orders
    inner join lines on orders.order_id = lines.order_id
)

select * from final
