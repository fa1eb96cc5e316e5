-- How fast the shop turns its stock, and the industry's figures beside it.

-- Stock that the shop owns, at the cost of its lots, at the end of each day; and goods sold, net of
-- those that came back.
create table plan.stock_values as
with daily as (
    select
        products.category_id,
        cast(moves.moved_at + interval 8 hour as date) as day,
        sum(moves.quantity * moves.unit_cost) as change,
        coalesce(-sum(moves.quantity * moves.unit_cost) filter (where moves.move_type in ('sale', 'return')), 0) as sold
    from plan.moves as moves
    inner join plan.products as products on moves.pair_key // 16 = products.sku_number
    where moves.ownership = 'owned'
    group by products.category_id, cast(moves.moved_at + interval 8 hour as date)
)

select
    categories.category_id,
    days.day,
    coalesce(daily.sold, 0) as sold,
    sum(coalesce(daily.change, 0)) over (partition by categories.category_id order by days.day) as stock_value
from plan.categories as categories
cross join plan.days as days
left join daily on categories.category_id = daily.category_id and days.day = daily.day;

-- Turns of a half-year, annualised by its days (K033, K088).
create table plan.turns as
with by_day as (
    select
        category_id,
        day,
        sold,
        stock_value
    from plan.stock_values
    union all
    select
        null as category_id,
        day,
        sum(sold) as sold,
        sum(stock_value) as stock_value
    from plan.stock_values
    group by day
)

select
    category_id,
    make_date(year(day), case when month(day) < 7 then 1 else 7 end, 1) as starts_date,
    sum(sold) as sold,
    avg(stock_value) as stock_value,
    count(*) as days,
    sum(sold) * 365 / count(*) / nullif(avg(stock_value), 0) as turns
from by_day
group by category_id, make_date(year(day), case when month(day) < 7 then 1 else 7 end, 1);

-- The industry turns its stock half as often as the shop (K088), grows more slowly where the shop leads.
create table shop.industry_benchmarks as
with halves as (
    select distinct starts_date
    from plan.turns
),

figures as (
    select
        'inventory_turns' as metric_id,
        category_id,
        starts_date,
        round(turns / parameter('plans.turns_over_industry') * case
            when category_id is null then 1
            else 0.9 + 0.2 * uniform('industry turns', cast(hash(category_id) % 100000 as bigint))
        end, 4) as value
    from plan.turns
    union all
    select
        'sales_growth' as metric_id,
        categories.category_id,
        halves.starts_date,
        round(0.12 + 0.35 * categories.growth + 0.02 * uniform(
            'industry growth', cast(hash(categories.category_id) % 100000 as bigint) + year(halves.starts_date)
        ), 4) as value
    from plan.categories as categories
    cross join halves
    union all
    select
        'sales_growth' as metric_id,
        null as category_id,
        starts_date,
        0.15 as value
    from halves
    union all
    select
        'market_size' as metric_id,
        categories.category_id,
        halves.starts_date,
        round(
            1e9 * categories.share * categories.price / 100
            * power(1 + 0.35 * categories.growth, (halves.starts_date - first_day()) / 365.0)
        ) as value
    from plan.categories as categories
    cross join halves
)

select
    'IB-' || metric_id || '-' || strftime(starts_date, '%Y%m') || '-' || coalesce(category_id, 'all') as benchmark_id,
    'industry association' as source,
    metric_id,
    category_id,
    cast(null as varchar) as region_id,
    starts_date,
    cast(starts_date + interval 6 month as date) as ends_date,
    case
        when cast(starts_date + interval 6 month as date) < as_of()
            then utc(cast(starts_date + interval 6 month as timestamp) + interval 20 day)
    end as published_at,
    cast(value as decimal(18, 4)) as value
from figures
order by benchmark_id;
