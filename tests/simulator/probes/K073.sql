-- Persons who buy a product of the block within a day of seeing it.
with reached as (
    select
        shown.model,
        shown.visitor_id,
        bool_or(lines.order_id is not null) as converts
    from rec_impressions as shown
    left join (
        paid_orders as orders
        inner join order_lines as lines using (order_id)
    )
        on
            shown.visitor_id = orders.visitor_id
            and shown.sku_id = lines.sku_id
            and orders.paid_at >= shown.shown_at
            and orders.paid_at < shown.shown_at + interval 1 day
    where shown.slot = 'scenario_block'
    group by shown.model, shown.visitor_id
),

arms as (
    select
        model,
        count(*) as tries,
        sum(converts::int) as hits
    from reached
    group by model
)

select
    'all' as scope,
    (arms.hits / arms.tries) / (controls.hits / controls.tries) - 1 as value,
    ratio_error(arms.hits, arms.tries, controls.hits, controls.tries) as error
from arms
cross join arms as controls
where arms.model = 'scenario_v1' and controls.model = 'generic_v1';
