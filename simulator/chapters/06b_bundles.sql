-- What goes together: grinders with coffee machines, and products of one scene as bundles.

-- Two products of one scene, the most popular ones of their kinds, on sale as one for half a year.
-- None is of a category with periodic purchase plans, whose orders are told later.
create table plan.bundles as
with scenes as (
    select *
    from (
        values
        ('coffee corner', '咖啡机', '磨豆机'), ('breakfast', '电饭煲', '燕麦片'), ('gift', '坚果礼盒', '茶叶'),
        ('household stock-up', '橄榄油', '毛巾'), ('reading corner', '台灯', '小说'), ('workout', '瑜伽垫', '哑铃'),
        ('skin care', '面霜', '精华液'), ('home office', '机械键盘', '平板支架')
    ) as named (scene, anchor_kind, other_kind)
),

ranked as (
    select
        sku_number,
        kind,
        row_number() over (partition by kind order by popularity desc, sku_number) as bundle_number
    from plan.skus
    where launched_on < first_day()
)

select
    'BU-' || replace(scenes.scene, ' ', '-') || '-' || anchors.bundle_number as bundle_id,
    scenes.scene || ' ' || anchors.bundle_number as bundle_name,
    scenes.scene,
    anchors.sku_number as anchor_number,
    others.sku_number as other_number,
    days_later(as_of(), -181) as starts_on
from scenes
inner join ranked as anchors on scenes.anchor_kind = anchors.kind
inner join ranked as others
    on scenes.other_kind = others.kind and anchors.bundle_number = others.bundle_number
where anchors.bundle_number <= 3;

-- K098. So many baskets with a coffee machine hold a grinder, in every half-year: its bundle's own,
-- or else the most popular one.
insert into plan.baskets by name
with machines as (
    select
        baskets.order_number,
        baskets.day,
        min(baskets.sku_number) as machine_number,
        bool_or(skus.kind = '磨豆机') as has_grinder
    from plan.baskets as baskets
    inner join plan.skus as skus using (sku_number)
    where skus.kind in ('咖啡机', '磨豆机')
    group by baskets.order_number, baskets.day
    having bool_or(skus.kind = '咖啡机')
),

ranked as (
    select
        machines.*,
        row_number() over (
            partition by year(machines.day), month(machines.day) > 6, orders.is_unpaid or orders.is_test
            order by not machines.has_grinder, uniform('grinds', machines.order_number), machines.order_number
        ) as place,
        count(*) over (
            partition by year(machines.day), month(machines.day) > 6, orders.is_unpaid or orders.is_test
        ) as machine_count
    from machines
    inner join plan.orders as orders using (order_number)
)

select
    ranked.order_number,
    ranked.day,
    ranked.order_number * 16 + 12 as line_key,
    coalesce(
        bundles.other_number,
        (
            select arg_max(sku_number, (popularity, -sku_number))
            from plan.skus
            where kind = '磨豆机' and launched_on < first_day()
        )
    ) as sku_number,
    1 as quantity
from ranked
left join plan.bundles as bundles on ranked.machine_number = bundles.anchor_number
where
    not ranked.has_grinder
    and ranked.place <= round(ranked.machine_count * parameter('baskets.grinder_with_coffee_machine'));

-- What a basket is worth, in CNY: as the money of its order will be, but for rounding.
create table plan.basket_values as
select
    baskets.order_number,
    baskets.day,
    sum(
        prices.list_price * baskets.quantity
        * case when uniform('in promotion', baskets.line_key) < 0.8 then 1 - orders.promo_discount else 1 end
    ) * case when orders.has_coupon then 0.92 else 1 end as amount
from plan.baskets as baskets
inner join plan.orders as orders using (order_number)
inner join plan.prices as prices
    on
        baskets.sku_number = prices.sku_number
        and baskets.day >= prices.valid_from
        and baskets.day < prices.valid_to
where not orders.is_unpaid and not orders.is_test
group by baskets.order_number, baskets.day, orders.has_coupon;

-- K099. Who buys a bundle: every seat has two candidates, a basket that is likely large and one that
-- is likely small. The large ones get the first so many seats that the order value comes to the
-- planted multiple of that of baskets with the same products before there were bundles.
create table plan.bundle_orders as
with anchored as (
    select
        baskets.order_number,
        baskets.day,
        arg_min(bundles.bundle_id, bundles.bundle_id) as bundle_id,
        any_value(bundles.starts_on) as starts_on
    from plan.baskets as baskets
    inner join plan.bundles as bundles on baskets.sku_number = bundles.anchor_number
    group by baskets.order_number, baskets.day
),

wanted as (
    select avg(basket_values.amount) * parameter('baskets.bundle_over_before') as amount
    from anchored
    inner join plan.basket_values as basket_values using (order_number)
    where anchored.day < anchored.starts_on
),

candidates as (
    select
        anchored.order_number,
        anchored.day,
        bundles.bundle_id,
        bundles.other_number,
        others.order_number is not null as has_other,
        basket_values.amount + case
            when others.order_number is not null then 0
            else prices.list_price
                * case
                    when uniform('in promotion', anchored.order_number * 16 + 13) < 0.8 then 1 - orders.promo_discount
                    else 1
                end
                * case when orders.has_coupon then 0.92 else 1 end
        end as amount
    from anchored
    inner join plan.bundles as bundles using (bundle_id)
    inner join plan.basket_values as basket_values using (order_number)
    inner join plan.orders as orders using (order_number)
    inner join plan.prices as prices
        on
            bundles.other_number = prices.sku_number
            and anchored.day >= prices.valid_from
            and anchored.day < prices.valid_to
    left join plan.baskets as others
        on anchored.order_number = others.order_number and bundles.other_number = others.sku_number
    where
        anchored.day >= anchored.starts_on
        -- The coffee corner leaves the baskets of K098 as they are.
        and (bundles.scene != 'coffee corner' or others.order_number is not null)
),

large as (
    select
        *,
        row_number() over (
            order by exponential('large bundle', order_number) / power(amount, 1.5), order_number
        ) as seat,
        round(count(*) over () * parameter('baskets.bundled')) as seat_count
    from candidates
),

small as (
    select
        *,
        row_number() over (
            order by exponential('small bundle', order_number) * power(amount, 1.5), order_number
        ) as small_seat
    from large
    where seat > seat_count
),

paired as (
    select
        large.seat,
        large.order_number as large_order,
        small.order_number as small_order,
        (
            sum(large.amount) over (order by large.seat)
            + sum(small.amount) over () - sum(small.amount) over (order by large.seat)
        ) / count(*) over () as amount
    from large
    inner join small on large.seat = small.small_seat
    where large.seat <= large.seat_count
),

chosen as (
    select paired.seat
    from paired
    cross join wanted
    order by abs(paired.amount - wanted.amount), paired.seat
    limit 1
)

select candidates.*
from paired
cross join chosen
inner join candidates
    on case when paired.seat <= chosen.seat then paired.large_order else paired.small_order end
        = candidates.order_number;

insert into plan.baskets by name
select
    order_number,
    day,
    order_number * 16 + 13 as line_key,
    other_number as sku_number,
    1 as quantity
from plan.bundle_orders
where not has_other;

update plan.baskets as baskets
set bundle_id = orders.bundle_id
from plan.bundle_orders as orders
inner join plan.bundles as bundles using (bundle_id)
where
    baskets.order_number = orders.order_number
    and baskets.sku_number in (bundles.anchor_number, bundles.other_number);

drop table plan.basket_values;
