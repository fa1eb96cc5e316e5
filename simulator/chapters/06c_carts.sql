-- What lies in the carts that are left behind.

create table plan.cart_items as
select
    wanted.visit_number,
    wanted.person_number,
    wanted.day,
    wanted.item,
    sku_shares.sku_number
from (
    select
        sessions.visit_number,
        sessions.person_number,
        sessions.day,
        item
    from plan.sessions as sessions
    cross join lateral (
        select unnest(range(1 + cast(uniform('second item', sessions.visit_number) < 0.4 as bigint))) as item
    ) as items
    where sessions.outcome = 'cart'
) as wanted
asof inner join plan.sku_shares
    on
        cast(date_trunc('week', wanted.day) as date) = sku_shares.week_start
        and uniform('looks at', wanted.visit_number * 64 + 60 + wanted.item) >= sku_shares.share_begins;

-- K094. Of the new products of class A so many stay behind that the planted share of those who put
-- one into a cart order it; the other carts hold something else instead.
create table plan.class_a as
select sku_number
from plan.skus
where
    new_class = 'A'
    and launched_on >= first_day()
    and year(launched_on) * 2 + (month(launched_on) - 1) // 6
    = year(days_later(as_of(), -1)) * 2 + (month(days_later(as_of(), -1)) - 1) // 6;

create table plan.excess_items as
with ordered as (
    select distinct
        orders.person_number,
        baskets.sku_number
    from plan.baskets as baskets
    semi join plan.class_a as class_a using (sku_number)
    inner join plan.orders as orders using (order_number)
    where not orders.is_bought_at_once
),

left_behind as (
    select
        items.person_number,
        items.sku_number,
        row_number() over (
            order by uniform('leaves new', items.person_number * 65536 + items.sku_number),
                items.person_number, items.sku_number
        ) as place
    from (select distinct person_number, sku_number from plan.cart_items) as items
    semi join plan.class_a as class_a using (sku_number)
    anti join ordered using (person_number, sku_number)
)

select
    person_number,
    sku_number
from left_behind
where place > round(
    (select count(*) from ordered) * parameter('carts.class_a_loss') / (1 - parameter('carts.class_a_loss'))
);

create table plan.old_shares as
select
    sku_number,
    (sum(popularity) over (order by sku_number) - popularity) / sum(popularity) over () as share_begins
from plan.skus
where launched_on < first_day();

update plan.cart_items as items
set sku_number = others.sku_number
from (
    select
        items.visit_number,
        items.item,
        old_shares.sku_number
    from plan.cart_items as items
    semi join plan.excess_items as excess using (person_number, sku_number)
    asof inner join plan.old_shares as old_shares
        on uniform('looks elsewhere', items.visit_number * 64 + items.item) >= old_shares.share_begins
) as others
where items.visit_number = others.visit_number and items.item = others.item;

drop table plan.excess_items;
drop table plan.old_shares;
