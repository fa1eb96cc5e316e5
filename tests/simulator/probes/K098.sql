-- Paid baskets of the half with a coffee machine: those that hold a grinder as well.
with kinds as (
    select
        lines.order_id,
        bool_or(starts_with(skus.sku_name, '咖啡机')) as has_machine,
        bool_or(starts_with(skus.sku_name, '磨豆机')) as has_grinder
    from order_lines as lines
    inner join skus using (sku_id)
    semi join (select order_id from paid_orders where half = latest_half()) as paid using (order_id)
    group by lines.order_id
)

select
    'coffee_machine>grinder' as scope,
    avg(has_grinder::int) as value
from kinds
where has_machine;
