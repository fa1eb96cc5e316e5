-- Last touch that is not direct within seven days; the share of social channels in paid GMV.
with owned as (
    select
        touches.*,
        coalesce(owners.person_number::varchar, of_device.person_number::varchar, touches.visitor_id) as person
    from touches
    left join owners using (user_id)
    left join (
        select
            visitor_id,
            min(owners.person_number) as person_number
        from touches
        inner join owners using (user_id)
        group by visitor_id
    ) as of_device on touches.visitor_id = of_device.visitor_id
    where touches.channel_id != 'direct' and touches.touch_type != 'view'
),

attributed as (
    select
        orders.half,
        orders.gmv,
        owned.touched_at >= orders.placed_at - interval 7 day and owned.channel_id in (
            'social_commerce', 'kol', 'livestream', 'community', 'group_buy', 'short_video'
        ) as is_social
    from paid_orders as orders
    asof left join owned
        on orders.person_number::varchar = owned.person and orders.placed_at >= owned.touched_at
),

shares as (
    select
        half,
        sum(gmv) filter (where is_social) / sum(gmv) as share
    from attributed
    group by half
)

select
    'share_ratio_yoy' as scope,
    any_value(share) filter (where half = latest_half())
    / any_value(share) filter (where half = latest_half() - 2) as value
from shares;
