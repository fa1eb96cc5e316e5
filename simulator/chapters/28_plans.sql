-- What the shop plans to sell.

create table plan.sku_months as
select
    lines.sku_number,
    cast(date_trunc('month', orders.day) as date) as month_date,
    sum(lines.quantity) as quantity
from plan.order_lines as lines
inner join plan.orders as orders using (order_number)
group by lines.sku_number, cast(date_trunc('month', orders.day) as date);

-- New products, their plan for 60 days, and whether they reach it: by quota (K084).
create table plan.launches as
with sold as (
    select
        products.sku_number,
        products.sku_id,
        products.launched_on,
        products.is_picked_by_model,
        products.supplier_number,
        days_later(products.launched_on, 60) <= as_of() as is_mature,
        coalesce(sum(lines.quantity) filter (
            where orders.day >= products.launched_on and orders.day < days_later(products.launched_on, 60)
        ), 0) as sold_quantity
    from plan.products as products
    left join plan.order_lines as lines on products.sku_number = lines.sku_number
    left join plan.orders as orders on lines.order_number = orders.order_number and not orders.is_unpaid and not orders.is_test
    where not products.is_old
    group by
        products.sku_number, products.sku_id, products.launched_on, products.is_picked_by_model,
        products.supplier_number
),

ranked as (
    select
        *,
        row_number() over (
            partition by is_picked_by_model, is_mature, year(launched_on) * 2 + (month(launched_on) - 1) // 6
            order by sold_quantity = 0, uniform('success', sku_number), sku_number
        ) as success_rank,
        count(*) over (
            partition by is_picked_by_model, is_mature, year(launched_on) * 2 + (month(launched_on) - 1) // 6
        ) as launch_count
    from sold
)

select
    *,
    sold_quantity > 0 and success_rank <= round(launch_count * case
        when is_picked_by_model then parameter('assortment.success_model') else parameter('assortment.success_human')
    end) as is_success
from ranked;

create table shop.demand_plans as
with months as (
    select
        cast(date_trunc('month', day) as date) as month_date,
        row_number() over (order by date_trunc('month', day)) as month_number
    from plan.days
    group by date_trunc('month', day)
),

shop_months as (
    select
        month_date,
        sum(quantity) / sum(sum(quantity)) over () as share
    from plan.sku_months
    group by month_date
),

totals as (
    select
        sku_number,
        sum(quantity) as quantity
    from plan.sku_months
    group by sku_number
)

-- A buyer sees half of what a month will bring for a product, and orders too much (K133).
select
    'PL' || lpad(cast(products.sku_number as varchar), 5, '0') || strftime(months.month_date, '%Y%m') as plan_id,
    products.sku_id,
    cast(null as varchar) as warehouse_id,
    'SUP' || lpad(cast(products.supplier_number as varchar), 3, '0') as supplier_id,
    'purchase' as plan_type,
    case when products.tier = 'head' then 'model' else 'human' end as made_by,
    'B' || lpad(cast(1 + pick('buyer', products.sku_number // 10, 12) as varchar), 2, '0') as buyer_id,
    case when products.tier = 'head' then 'seasonal_naive' end as model,
    utc(cast(days_later(months.month_date, -20) as timestamp) + interval 10 hour) as made_at,
    months.month_date as starts_date,
    cast(months.month_date + interval 1 month as date) as ends_date,
    cast(greatest(0, round(
        (0.5 * coalesce(sku_months.quantity, 0) + 0.5 * totals.quantity * shop_months.share)
        * (1 + case
            when months.month_date < days_later(as_of(), -365) then parameter('plans.bias_past')
            else parameter('plans.bias')
        end)
        * exp(0.25 * normal('plan', products.sku_number * 64 + months.month_number) - 0.03125)
    , 2)) as decimal(18, 4)) as quantity
from plan.products as products
inner join totals using (sku_number)
cross join months
inner join shop_months using (month_date)
left join plan.sku_months as sku_months
    on products.sku_number = sku_months.sku_number and months.month_date = sku_months.month_date
where products.tier != 'tail' and cast(months.month_date + interval 1 month as date) > products.launched_on
union all
select
    'PN' || lpad(cast(sku_number as varchar), 5, '0') as plan_id,
    sku_id,
    null as warehouse_id,
    'SUP' || lpad(cast(supplier_number as varchar), 3, '0') as supplier_id,
    'launch' as plan_type,
    case when is_picked_by_model then 'model' else 'human' end as made_by,
    'B' || lpad(cast(1 + pick('buyer', sku_number // 10, 12) as varchar), 2, '0') as buyer_id,
    case when is_picked_by_model then 'hit_score' end as model,
    utc(cast(days_later(launched_on, -30) as timestamp) + interval 10 hour) as made_at,
    launched_on as starts_date,
    days_later(launched_on, 60) as ends_date,
    cast(case
        when is_success then greatest(1, floor(sold_quantity * (0.7 + 0.3 * uniform('launch plan', sku_number))))
        else 1 + ceil(sold_quantity * (1.1 + 0.8 * uniform('launch plan', sku_number)))
    end as decimal(18, 4)) as quantity
from plan.launches
order by plan_id;

-- Every Monday, head products, the week ahead: the mean of four weeks and a normal band about it.
create table shop.forecasts as
with daily as (
    select
        products.sku_number,
        products.sku_id,
        days.day,
        coalesce(sold.quantity, 0) as quantity
    from plan.products as products
    cross join plan.days as days
    left join (
        select
            lines.sku_number,
            orders.day,
            sum(lines.quantity) as quantity
        from plan.order_lines as lines
        inner join plan.orders as orders using (order_number)
        group by lines.sku_number, orders.day
    ) as sold on products.sku_number = sold.sku_number and days.day = sold.day
    where products.tier = 'head'
),

recent as (
    select
        *,
        avg(quantity) over (
            partition by sku_number order by day rows between 28 preceding and 1 preceding
        ) as mean_quantity
    from daily
)

select
    'seasonal_naive' as model,
    utc(cast(recent.day as timestamp) + interval 6 hour) as made_at,
    recent.sku_id,
    'all' as warehouse_id,
    days_later(recent.day, horizon_days) as target_date,
    cast(quantiles.quantile as double) as quantile,
    cast(horizon_days as integer) as horizon_days,
    cast(greatest(0, round(recent.mean_quantity + quantiles.z * sqrt(recent.mean_quantity * 1.3), 2)) as decimal(18, 4))
        as quantity
from recent
cross join range(1, 8) as horizons (horizon_days)
cross join (values (0.1, -1.2816), (0.5, 0), (0.9, 1.2816)) as quantiles (quantile, z)
where dayofweek(recent.day) = 1 and recent.day >= days_later(first_day(), 28)
order by recent.sku_number, recent.day, horizon_days, quantiles.quantile;
