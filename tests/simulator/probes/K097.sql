-- Visitors who pay for the product within a day of exposure.
with reached as (
    select
        exposures.arm,
        exposures.visitor_id,
        bool_or(lines.order_id is not null) as converts
    from exposures
    left join (
        paid_orders as orders
        inner join order_lines as lines using (order_id)
    )
        on
            exposures.visitor_id = orders.visitor_id
            and exposures.sku_id = lines.sku_id
            and orders.paid_at >= exposures.exposed_at
            and orders.paid_at < exposures.exposed_at + interval 1 day
    where exposures.experiment_id = 'video_3d' and exposures.segment = 'high_net_worth'
    group by exposures.arm, exposures.visitor_id
),

arms as (
    select
        arm,
        count(*) as tries,
        sum(converts::int) as hits
    from reached
    group by arm
)

select
    'high_net_worth' as scope,
    (arms.hits / arms.tries) / (controls.hits / controls.tries) - 1 as value,
    ratio_error(arms.hits, arms.tries, controls.hits, controls.tries) as error
from arms
cross join arms as controls
where controls.arm = 'control' and arms.arm != 'control';
