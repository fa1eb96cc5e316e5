-- Targets, set against what the shop reached.

-- Sales paid in a year, without test orders: merchandise less the orders' own discounts (K026).
create table plan.paid_sales as
select
    year(orders.paid_at + interval 8 hour) as year,
    sum((values_of_orders.merchandise - orders.order_discount) * money.rate) as gmv_paid
from shop.orders as orders
inner join (
    select
        order_id,
        sum(unit_price * quantity - line_discount) as merchandise
    from shop.order_lines
    group by order_id
) as values_of_orders using (order_id)
inner join plan.orders as planned on orders.order_id = planned.order_id
inner join plan.order_money as money on planned.order_number = money.order_number
where orders.paid_at < utc(cast(as_of() as timestamp)) and not orders.is_test
group by year(orders.paid_at + interval 8 hour);

-- How a year's sales are split over categories, regions and channels: plans, not results. A scope's
-- parts add up to the company's target to the last digit.
create table plan.target_parts as
with weights as (
    select
        'category' as scope_type,
        category_id as scope_id,
        share * price * (1 + 0.5 * growth) as weight
    from plan.categories
    union all
    select
        'region' as scope_type,
        region_id as scope_id,
        share * (1 + 0.5 * growth) as weight
    from plan.regions
    union all
    select
        'channel' as scope_type,
        channel_id as scope_id,
        share as weight
    from (
        values
        ('search', 0.38), ('paid_search', 0.05), ('feed_ads', 0.05), ('recommendation', 0.22), ('direct', 0.12),
        ('social_commerce', 0.04), ('kol', 0.03), ('livestream', 0.04), ('community', 0.02), ('group_buy', 0.02),
        ('short_video', 0.01), ('content', 0.005), ('outreach', 0.01), ('affiliate', 0.003), ('other', 0.002)
    ) as planned (channel_id, share)
)

select
    scope_type,
    scope_id,
    coalesce(sum(weight) over (
        partition by scope_type order by scope_id rows between unbounded preceding and 1 preceding
    ), 0) / sum(weight) over (partition by scope_type) as share_begins,
    case
        when row_number() over (partition by scope_type order by scope_id desc) = 1 then 1
        else sum(weight) over (partition by scope_type order by scope_id rows unbounded preceding)
            / sum(weight) over (partition by scope_type)
    end as share_ends
from weights
union all
select
    'company' as scope_type,
    null as scope_id,
    0 as share_begins,
    1 as share_ends;

create table shop.targets as
with years as (
    select
        year,
        year = year(days_later(as_of(), -1)) as is_present,
        gmv_paid
    from plan.paid_sales
    where year <= year(days_later(as_of(), -1))
),

-- Not of the accounts as they are so far: customers of earlier years register before the history.
registrations as (
    select
        year(registered_at + interval 8 hour) as year,
        count(*) as registered
    from plan.members
    where registered_at >= utc(cast(first_day() as timestamp)) and registered_at < utc(cast(as_of() as timestamp))
    group by year(registered_at + interval 8 hour)
),

-- The target in force is the one that mid-year's result is the planted share of.
sales as (
    select
        'gmv_paid' as metric_id,
        parts.scope_type,
        parts.scope_id,
        years.year,
        case when years.is_present then versions.version else 1 end as version,
        case
            when years.is_present then round(years.gmv_paid / parameter('targets.attainment'))
            else round(years.gmv_paid / parameter('plans.past_attainment'))
        end * case when years.is_present and versions.version = 1 then parameter('plans.first_version') else 1 end
            as company_value,
        parts.share_begins,
        parts.share_ends
    from years
    cross join plan.target_parts as parts
    cross join (values (1), (2)) as versions (version)
    where years.is_present or versions.version = 1
),

others as (
    select
        'new_registrations' as metric_id,
        years.year,
        round(registrations.registered / case
            when years.is_present then parameter('targets.registrations') else parameter('plans.past_attainment')
        end, 2) as value
    from years
    inner join registrations using (year)
    union all
    select
        'inventory_turnover_days' as metric_id,
        year(starts_date) as year,
        round(365 / turns * parameter('plans.turnover_days_target'), 1) as value
    from plan.turns
    where category_id is null and starts_date = make_date(year(days_later(as_of(), -1)), 1, 1)
    union all
    select
        'replenishment_hours' as metric_id,
        year,
        parameter('purchasing.sla') as value
    from years
),

together as (
    select
        metric_id,
        scope_type,
        scope_id,
        year,
        version,
        round(company_value * share_ends, 4) - round(company_value * share_begins, 4) as value
    from sales
    union all
    select
        metric_id,
        'company' as scope_type,
        null as scope_id,
        year,
        1 as version,
        value
    from others
)

select
    'TG-' || metric_id || '-' || year || '-' || scope_type || coalesce('-' || scope_id, '')
    || '-v' || version as target_id,
    metric_id,
    scope_type,
    scope_id,
    make_date(year, 1, 1) as starts_date,
    make_date(year + 1, 1, 1) as ends_date,
    cast(version as integer) as version,
    case version
        when 1 then make_timestamp(year - 1, 12, 15, 2, 0, 0)
        else make_timestamp(year, 1, 20, 2, 0, 0)
    end as set_at,
    cast(value as decimal(18, 4)) as value
from together
order by target_id;

-- The first version of a sales target is spread evenly; the one in force leaves most to the autumn
-- promotions.
create table shop.target_phasing as
with months as (
    select
        month_number,
        case
            when month_number <= 6 then parameter('plans.first_half')
            else 1 - parameter('plans.first_half')
        end * weight / sum(weight) over (partition by month_number <= 6) as share
    from (
        values
        (1, 0.16), (2, 0.11), (3, 0.16), (4, 0.15), (5, 0.18), (6, 0.24),
        (7, 0.12), (8, 0.14), (9, 0.14), (10, 0.17), (11, 0.28), (12, 0.15)
    ) as planned (month_number, weight)
),

spread as (
    select
        targets.target_id,
        targets.value,
        targets.version = 2 as is_back_loaded,
        make_date(year(targets.starts_date), cast(months.month_number as integer), 1) as month_date,
        months.month_number,
        case when targets.version = 2 then months.share else 1 / 12.0 end as share
    from shop.targets as targets
    cross join months
    where targets.metric_id in ('gmv_paid', 'new_registrations')
),

cumulated as (
    select
        *,
        case
            when month_number = 12 then 1
            else sum(share) over (partition by target_id order by month_number rows unbounded preceding)
        end as share_ends
    from spread
)

select
    target_id,
    month_date,
    cast(
        round(value * share_ends, 4)
        - round(value * lag(share_ends, 1, 0) over (partition by target_id order by month_number), 4)
        as decimal(18, 4)
    ) as planned_value
from cumulated
order by target_id, month_date;
