-- Grain: line of an order that was refunded without saying which lines: the refund is spread over
-- them by what is left to refund of each, else by value, else evenly, and they add up to it to the
-- cent. A refund of no known order is one line of the unknown product.
with

refunds as (
    select
        refunds.refund_id,
        refunds.source_system,
        refunds.order_id,
        refunds.user_id,
        refunds.currency_code,
        refunds.refund_type,
        refunds.refunded_at,
        refunds.amount
    from {{ ref('int_refunds') }} as refunds
    inner join {{ ref('int_refunds_reckoned') }} as reckoned
        on refunds.refund_id = reckoned.refund_id
    where not reckoned.has_lines
),

refunded as (
    select
        order_line_id,
        sum(refund) as refund
    from {{ ref('int_refund_lines') }}
    group by order_line_id
),

lines as (
    select
        sold.order_line_id,
        sold.order_id,
        sold.sku_id,
        cast(greatest(sold.transaction_gmv_placed_amount, 0) * 100 as bigint) as value_cents,
        cast(
            greatest(sold.transaction_gmv_placed_amount - coalesce(refunded.refund, 0), 0) * 100
            as bigint
        ) as left_cents
    from {{ ref('int_order_lines_allocated') }} as sold
    left join refunded on sold.order_line_id = refunded.order_line_id
    where sold.order_id in (select refunds.order_id from refunds)
),

weighted as (
    select
        order_line_id,
        order_id,
        sku_id,
        case
            when sum(left_cents) over (partition by order_id) > 0 then left_cents
            when sum(value_cents) over (partition by order_id) > 0 then value_cents
            else 1
        end as weight
    from lines
),

summed as (
    select
        *,
        row_number() over (partition by order_id order by order_line_id) as place,
        sum(weight) over (partition by order_id order by order_line_id) as running_weight,
        sum(weight) over (partition by order_id) as total_weight
    from weighted
),

shared as (
    select
        refunds.refund_id,
        summed.order_line_id,
        summed.sku_id,
        summed.place,
        summed.total_weight,
        cast(refunds.amount * 100 as bigint) * summed.running_weight as numerator,
        cast(refunds.amount * 100 as bigint) * (summed.running_weight - summed.weight)
            as previous_numerator
    from refunds
    inner join summed on refunds.order_id = summed.order_id
),

-- What is owed up to a line, rounded down to the cent, less what was owed up to the one before.
spread as (
    select
        refund_id,
        order_line_id,
        sku_id,
        place,
        cast(
            (numerator - mod(numerator, total_weight)) / total_weight
            - (previous_numerator - mod(previous_numerator, total_weight)) / total_weight
            as decimal(18, 2)
        ) / 100 as refund
    from shared
),

orders as (
    select order_id from {{ ref('int_orders') }}
),

final as (
    select
        concat(refunds.refund_id, '-', coalesce(spread.place, 0)) as refund_line_id,
        refunds.source_system,
        refunds.refund_id,
        orders.order_id,
        spread.order_line_id,
        refunds.user_id,
        coalesce(spread.sku_id, 'unknown') as sku_id,
        'ZZ' as region_id,
        refunds.currency_code,
        refunds.refund_type,
        refunds.refunded_at,
        cast(0 as bigint) as quantity,
        cast(coalesce(spread.refund, refunds.amount) as decimal(18, 2)) as refund
    from refunds
    left join orders on refunds.order_id = orders.order_id
    left join spread on refunds.refund_id = spread.refund_id
    where
        -- An order that does not count takes its refunds along.
        (orders.order_id is null or spread.refund_id is not null)
        and coalesce(spread.refund, refunds.amount) != 0
)

select * from final
