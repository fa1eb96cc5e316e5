-- Paid orders with a bundle against paid orders with a bundle's main product before it was on sale.
with before as (
    select avg(gmv) as order_value
    from paid_orders
    where exists (
        select 1
        from order_lines as lines
        inner join bundles using (sku_id)
        where
            lines.order_id = paid_orders.order_id and bundles.is_anchor
            and paid_orders.paid_at < bundles.starts_at
    )
),

bundled as (
    select avg(gmv) as order_value
    from paid_orders
    semi join (select order_id from order_lines where bundle_id is not null) as lines using (order_id)
)

select
    'bundle_over_before' as scope,
    bundled.order_value / before.order_value as value
from bundled
cross join before;
