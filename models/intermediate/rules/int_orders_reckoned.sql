-- Grain: order, test orders excluded, with what its lines, payments and refunds add up to in its
-- own currency. Null where it has no lines.
with

orders as (
    select
        order_id,
        source_system,
        currency_code,
        placed_at,
        paid_at is not null as is_paid,
        order_discount,
        shipping_fee + tax as charges,
        _source_file as source_file,
        _source_row as source_row
    from {{ ref('int_orders') }}
    where not is_test
),

lines as (
    select
        order_id,
        max(case when is_assumed then 1 else 0 end) = 1 as is_assumed,
        sum(cast(unit_price * quantity as decimal(18, 2)) - line_discount) as merchandise
    from {{ ref('int_order_lines_completed') }}
    group by order_id
),

-- Payments in another currency than the order's cannot be added up.
payments as (
    select
        payments.order_id,
        case
            when max(case when payments.currency_code = orders.currency_code then 0 else 1 end) = 0
                then sum(payments.amount)
        end as amount
    from {{ ref('int_payments') }} as payments
    inner join orders on payments.order_id = orders.order_id
    where payments.status = 'succeeded'
    group by payments.order_id
),

paying_systems as (
    select distinct source_system from {{ ref('int_payments') }}
),

refunds as (
    select
        order_id,
        sum(amount) as amount
    from {{ ref('int_refunds_reckoned') }}
    group by order_id
),

final as (
    select
        orders.order_id,
        orders.currency_code,
        orders.placed_at,
        orders.is_paid,
        coalesce(lines.is_assumed, false) as is_assumed,
        orders.order_discount,
        cast(lines.merchandise as decimal(18, 2)) as basket,
        cast(lines.merchandise - orders.order_discount as decimal(18, 2)) as merchandise,
        cast(lines.merchandise - orders.order_discount + orders.charges as decimal(18, 2)) as price,
        case
            when payments.order_id is not null then cast(payments.amount as decimal(18, 2))
            when paying_systems.source_system is not null then cast(0 as decimal(18, 2))
        end as paid,
        cast(coalesce(refunds.amount, 0) as decimal(18, 2)) as refunded,
        orders.source_file,
        orders.source_row
    from orders
    left join lines on orders.order_id = lines.order_id
    left join payments on orders.order_id = payments.order_id
    left join paying_systems on orders.source_system = paying_systems.source_system
    left join refunds on orders.order_id = refunds.order_id
)

select * from final
