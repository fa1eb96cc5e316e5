-- The days of the shop, their promotions, and how many visits each draws.

create table shop.promo_calendar as
select
    promo_id,
    promo_name,
    promo_type,
    scope,
    cast(starts_on as timestamp) - interval 8 hour as starts_at,
    cast(ends_on as timestamp) - interval 8 hour as ends_at,
    budget,
    lunar_anchor,
    scene,
    discount,
    draw
from (
    values
    ('nianhuo-2025', '年货节', 'full_reduction', 'all', date '2025-01-06', date '2025-01-24', 300000, 'spring_festival', 'gifts', 0.12, 1.6),
    ('38-2025', '38女王节', 'coupon', 'beauty', date '2025-03-05', date '2025-03-09', 120000, null, 'treat', 0.10, 1.4),
    ('618-2025', '618', 'full_reduction', 'all', date '2025-05-31', date '2025-06-21', 500000, null, 'stock up', 0.15, 1.7),
    ('818-2025', '818', 'flash_sale', 'all', date '2025-08-15', date '2025-08-19', 120000, null, 'flash', 0.18, 1.5),
    ('double11-2025', '双11', 'full_reduction', 'all', date '2025-10-31', date '2025-11-12', 700000, null, 'stock up', 0.18, 2.2),
    ('double12-2025', '双12', 'coupon', 'all', date '2025-12-09', date '2025-12-13', 150000, null, 'top up', 0.12, 1.5),
    ('nianhuo-2026', '年货节', 'full_reduction', 'all', date '2026-01-25', date '2026-02-12', 330000, 'spring_festival', 'gifts', 0.12, 1.6),
    ('38-2026', '38女王节', 'member_only', 'beauty', date '2026-03-05', date '2026-03-09', 130000, null, 'treat', 0.10, 1.4),
    ('618-2026', '618', 'full_reduction', 'all', date '2026-05-31', date '2026-06-21', 550000, null, 'stock up', 0.15, 1.7)
) as planned (
    promo_id, promo_name, promo_type, scope, starts_on, ends_on, budget, lunar_anchor, scene, discount, draw
)
where starts_on < as_of();

-- Around the Spring Festival parcels rest, and with them the shop.
create table plan.days as
select
    cast(first_day() + day_number * interval 1 day as date) as day,
    day_number,
    promo.promo_id,
    coalesce(promo.discount, 0) as discount,
    (1 + parameter('traffic.growth') * day_number / 365.0)
    * case dayofweek(day) when 0 then 1.12 when 6 then 1.10 when 5 then 1.02 else 0.95 end
    * case
        when day between date '2025-01-26' and date '2025-02-03' then 0.55
        when day between date '2026-02-14' and date '2026-02-22' then 0.55
        else 1
    end
    * coalesce(promo.draw, 1)
    * (0.95 + 0.10 * uniform('day', day_number)) as weight
from range(cast(as_of() - first_day() as bigint)) as numbers (day_number)
left join shop.promo_calendar as promo
    on
        cast(first_day() + day_number * interval 1 day as timestamp) >= promo.starts_at + interval 8 hour
        and cast(first_day() + day_number * interval 1 day as timestamp) < promo.ends_at + interval 8 hour;

-- A uniform number finds its day: the last one whose share of all visits begins below it.
create table plan.day_shares as
select
    day,
    coalesce(sum(weight) over (order by day rows between unbounded preceding and 1 preceding), 0)
    / sum(weight) over () as share_begins,
    weight / sum(weight) over () as share
from plan.days;

create table shop.fx_rates as
select
    day as rate_date,
    currency_code || '/CNY' as pair,
    currency_code,
    cast(round(base * (1 + 0.02 * sin(day_number / 40.0) + 0.004 * uniform(currency_code, day_number)), 6) as decimal(18, 8))
        as rate
from plan.days
cross join (values ('USD', 7.1), ('EUR', 7.8)) as currencies (currency_code, base);
