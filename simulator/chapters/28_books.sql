-- What running the shop costs, and what it was meant to cost.

create table plan.teams as
select *
from (
    values
    ('service', parameter('books.payroll.service')), ('warehouse', parameter('books.payroll.warehouse')),
    ('marketing', parameter('books.payroll.marketing')), ('merchandise', parameter('books.payroll.merchandise')),
    ('technology', parameter('books.payroll.technology')),
    ('administration', parameter('books.payroll.administration'))
) as named (team, payroll_share);

-- Hours follow the sales of the whole history, and rest at weekends except where buyers wait.
create table shop.headcount as
with sales as (
    select sum((money.merchandise - money.order_discount) * money.rate) / (as_of() - first_day()) as daily_sales
    from plan.order_money as money
),

hours as (
    select
        teams.team,
        days.day,
        sales.daily_sales * teams.payroll_share / parameter('books.hourly_cost')
        * case
            when teams.team in ('service', 'warehouse') then case when days.promo_id is null then 0.95 else 1.3 end
            when dayofweek(days.day) in (0, 6) then 0
            else 1.4
        end as hours
    from plan.teams as teams
    cross join plan.days as days
    cross join sales
)

select
    team,
    day as work_date,
    cast(ceil(hours / 8) as integer) as heads,
    cast(round(hours, 2) as decimal(18, 4)) as hours,
    cast(parameter('books.hourly_cost') as decimal(18, 4)) as hourly_cost
from hours
order by team, day;

create table shop.opex as
with months as (
    select distinct cast(date_trunc('month', day) as date) as month_date
    from plan.days
),

sales as (
    select
        cast(date_trunc('month', orders.day) as date) as month_date,
        sum((money.merchandise - money.order_discount) * money.rate) as amount
    from plan.order_money as money
    inner join plan.orders as orders using (order_number)
    where not orders.is_unpaid
    group by cast(date_trunc('month', orders.day) as date)
),

payroll as (
    select
        cast(date_trunc('month', work_date) as date) as month_date,
        team as cost_centre,
        'payroll' as account,
        sum(hours * hourly_cost) as amount
    from shop.headcount
    group by cast(date_trunc('month', work_date) as date), team
),

storage as (
    unpivot (
        select
            cast(date_trunc('month', cost_date) as date) as month_date,
            'warehouse' as cost_centre,
            sum(rent) as rent,
            sum(labour) as labour,
            sum(handling) as handling,
            sum(storage_fee) as storage
        from shop.warehouse_costs
        group by cast(date_trunc('month', cost_date) as date)
    ) on rent, labour, handling, storage into name account value amount
),

others as (
    select
        sales.month_date,
        shares.cost_centre,
        shares.account,
        sales.amount * shares.share as amount
    from sales
    cross join (
        values
        ('marketing', 'tools', parameter('books.other.marketing')),
        ('merchandise', 'samples', parameter('books.other.merchandise')),
        ('technology', 'cloud', parameter('books.other.technology')),
        ('administration', 'rent', parameter('books.other.administration'))
    ) as shares (cost_centre, account, share)
),

booked as (
    select *
    from payroll
    union all
    select *
    from others
    union all
    select
        month_date,
        cost_centre,
        account,
        amount
    from storage
)

select
    'OE-' || strftime(months.month_date, '%Y%m') || '-' || cost_centre || '-' || account as entry_id,
    least(last_day(months.month_date), days_later(as_of(), -1)) as expense_date,
    cost_centre,
    account,
    cast(null as varchar) as channel_id,
    cast(round(amount, 2) as decimal(18, 2)) as amount
from booked
inner join months using (month_date)
order by entry_id;

-- Two versions a half-year; media by channel, as that money is not in the operating expenses.
create table shop.budgets as
with halves as (
    select
        cost_centre,
        account,
        cast(null as varchar) as channel_id,
        make_date(year(expense_date), case when month(expense_date) < 7 then 1 else 7 end, 1) as starts_at,
        sum(amount) / parameter('plans.overspend') as amount
    from shop.opex
    group by all
),

media as (
    select
        'marketing' as cost_centre,
        'media' as account,
        shares.channel_id,
        make_date(year(orders.day), case when month(orders.day) < 7 then 1 else 7 end, 1) as starts_at,
        sum((money.merchandise - money.order_discount) * money.rate) * parameter('plans.media')
        * any_value(shares.share) as amount
    from plan.order_money as money
    inner join plan.orders as orders using (order_number)
    cross join (
        values
        ('paid_search', 0.30), ('feed_ads', 0.30), ('kol', 0.15), ('livestream', 0.12), ('social_commerce', 0.08),
        ('affiliate', 0.05)
    ) as shares (channel_id, share)
    where not orders.is_unpaid
    group by all
),

planned as (
    select *
    from halves
    union all
    select *
    from media
)

select
    'BG-' || strftime(starts_at, '%Y%m') || '-' || cost_centre || '-' || account
    || coalesce('-' || channel_id, '') || '-v' || version as budget_id,
    cost_centre,
    account,
    channel_id,
    cast(starts_at as date) as starts_date,
    cast(starts_at + interval 6 month as date) as ends_date,
    cast(version as integer) as version,
    utc(cast(starts_at as timestamp) + case version when 1 then interval '-20 day' else interval 40 day end) as set_at,
    cast(round(amount * case version when 1 then parameter('plans.first_version') else 1 end, 2) as decimal(18, 2))
        as amount
from planned
cross join (values (1), (2)) as versions (version)
where
    cast(starts_at as timestamp) + case version when 1 then interval '-20 day' else interval 40 day end
    < cast(as_of() as timestamp)
order by budget_id;
