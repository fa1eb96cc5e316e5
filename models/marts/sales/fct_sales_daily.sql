-- Grain: business date x channel x category x region x terminal. All measures add up over rows.
-- Each measure stands on the day of its own clock: placed, paid, refunded, or the day that the
-- refunded order was paid. It holds no order count, because an order spans categories.
with

placed as (
    select
        business_date,
        channel_id,
        category_id,
        region_id,
        terminal,
        gmv_placed_amount,
        0 as gmv_paid_amount,
        0 as refunds_by_order_date_amount,
        0 as refunds_by_refund_date_amount,
        0 as paid_quantity,
        0 as paid_line_count
    from {{ ref('fct_order_lines') }}
),

paid as (
    select
        paid_date as business_date,
        channel_id,
        category_id,
        region_id,
        terminal,
        0 as gmv_placed_amount,
        gmv_paid_amount,
        0 as refunds_by_order_date_amount,
        0 as refunds_by_refund_date_amount,
        quantity as paid_quantity,
        1 as paid_line_count
    from {{ ref('fct_order_lines') }}
    where is_paid
),

refunded_by_order_date as (
    select
        order_date as business_date,
        channel_id,
        category_id,
        region_id,
        terminal,
        0 as gmv_placed_amount,
        0 as gmv_paid_amount,
        refund_amount as refunds_by_order_date_amount,
        0 as refunds_by_refund_date_amount,
        0 as paid_quantity,
        0 as paid_line_count
    from {{ ref('fct_refund_lines') }}
),

refunded_by_refund_date as (
    select
        refund_date as business_date,
        channel_id,
        category_id,
        region_id,
        terminal,
        0 as gmv_placed_amount,
        0 as gmv_paid_amount,
        0 as refunds_by_order_date_amount,
        refund_amount as refunds_by_refund_date_amount,
        0 as paid_quantity,
        0 as paid_line_count
    from {{ ref('fct_refund_lines') }}
),

movements as (
    select * from placed
    union all
    select * from paid
    union all
    select * from refunded_by_order_date
    union all
    select * from refunded_by_refund_date
),

final as (
    select
        business_date,
        channel_id,
        category_id,
        region_id,
        terminal,
        cast(sum(paid_line_count) as bigint) as paid_line_count,
        cast(sum(paid_quantity) as bigint) as paid_quantity,
        cast(sum(gmv_placed_amount) as decimal(18, 2)) as gmv_placed_amount,
        cast(sum(gmv_paid_amount) as decimal(18, 2)) as gmv_paid_amount,
        cast(sum(refunds_by_order_date_amount) as decimal(18, 2)) as refunds_by_order_date_amount,
        cast(sum(gmv_paid_amount) - sum(refunds_by_order_date_amount) as decimal(18, 2))
            as net_sales_by_order_date_amount,
        cast(sum(refunds_by_refund_date_amount) as decimal(18, 2)) as refunds_by_refund_date_amount,
        cast(sum(gmv_paid_amount) - sum(refunds_by_refund_date_amount) as decimal(18, 2))
            as net_sales_by_refund_date_amount
    from movements
    group by business_date, channel_id, category_id, region_id, terminal
)

select * from final
