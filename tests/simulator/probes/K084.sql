-- New products that reach their launch plan within 60 days: the model's of the half over people's before.
with launched as (
    select
        skus.selected_by,
        skus.launched_at >= half_begins() as is_latest,
        plans.quantity <= coalesce(sum(lines.quantity) filter (
            where orders.paid_at >= skus.launched_at and orders.paid_at < skus.launched_at + interval 60 day
        ), 0) as is_success
    from skus
    inner join demand_plans as plans on skus.sku_id = plans.sku_id and plans.plan_type = 'launch'
    left join order_lines as lines on skus.sku_id = lines.sku_id
    left join paid_orders as orders on lines.order_id = orders.order_id
    where skus.launched_at + interval 60 day <= half_ends()
    group by skus.sku_id, skus.selected_by, skus.launched_at, plans.quantity
),

sides as (
    select
        count(*) filter (where selected_by = 'model' and is_latest) as tries,
        count(*) filter (where selected_by = 'model' and is_latest and is_success) as hits,
        count(*) filter (where selected_by = 'human' and not is_latest) as earlier_tries,
        count(*) filter (where selected_by = 'human' and not is_latest and is_success) as earlier_hits
    from launched
)

select
    'relative' as scope,
    (hits / tries) / (earlier_hits / earlier_tries) - 1 as value,
    ratio_error(hits, tries, earlier_hits, earlier_tries) as error
from sides;
