-- Grain: day of payment x SKU. Units and value sold under a live promotion, and the rest. A gift
-- counts no unit, because at its price of nothing it would look like a price cut.
with

lines as (
    select
        order_line_id,
        paid_date,
        sku_id,
        gmv_paid_amount,
        case when is_gift then 0 else quantity end as quantity
    from {{ ref('int_order_lines_allocated') }}
    where
        is_paid
        and (not is_gift or gmv_paid_amount != 0)
),

promotions as (
    select order_line_id
    from {{ ref('int_order_lines') }}
    where promo_id is not null
),

split as (
    select
        lines.*,
        promotions.order_line_id is not null as is_promoted
    from lines
    left join promotions on lines.order_line_id = promotions.order_line_id
),

final as (
    select
        paid_date as business_date,
        sku_id,
        cast(sum(case when is_promoted then 0 else quantity end) as bigint) as regular_quantity,
        cast(sum(case when is_promoted then quantity else 0 end) as bigint) as promoted_quantity,
        cast(sum(case when is_promoted then 0 else gmv_paid_amount end) as decimal(18, 2))
            as regular_amount,
        cast(sum(case when is_promoted then gmv_paid_amount else 0 end) as decimal(18, 2))
            as promoted_amount
    from split
    group by paid_date, sku_id
)

select * from final
