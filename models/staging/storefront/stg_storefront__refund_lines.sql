{{ config(materialized='view') }}
-- Lines of which the money went back; requests that came to nothing stand in refunds alone. What
-- was refunded of an order that is not known here is a row without order.
with

lines as (
    {{ valid_rows_of_shops(
        'storefront', 'refund_lines', ref('base_storefront__refund_lines'),
        ref('stg_storefront__shared_order_numbers'), 'refund_id'
    ) }}
),

refunds as (
    select
        refund_id,
        user_id,
        refund_type,
        reason_code,
        currency_code,
        refunded_at
    from {{ ref('stg_storefront__refunds') }}
    where refunded_at is not null
),

orders as (
    select
        order_id,
        region_id
    from {{ ref('stg_storefront__orders') }}
),

order_lines as (
    select
        order_line_id,
        order_id,
        line_no
    from {{ ref('stg_storefront__order_lines') }}
),

final as (
    select
        concat(lines.refund_id, '-', lines.line_no) as refund_line_id,
        lines.refund_id,
        orders.order_id,
        order_lines.order_line_id,
        refunds.user_id,
        lines.sku_id,
        coalesce(orders.region_id, 'ZZ') as region_id,
        refunds.currency_code,
        refunds.refund_type,
        coalesce(lines.reason_code, refunds.reason_code) as reason_code,
        refunds.refunded_at,
        lines.quantity,
        lines.amount as refund,
        lines._loaded_at,
        lines._source_file,
        lines._source_row
    from lines
    inner join refunds on lines.refund_id = refunds.refund_id
    left join orders on lines.order_id = orders.order_id
    left join order_lines
        on
            lines.order_id = order_lines.order_id
            and lines.line_no = order_lines.line_no
)

select * from final
