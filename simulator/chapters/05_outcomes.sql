-- How far each visit gets. What the review states as a share is dealt out by quota within each
-- half-year, so that it is exact at any scale; who gets it is random.

create table plan.halves as
select
    visits.visit_number,
    year(visits.day) * 2 + (month(visits.day) - 1) // 6 as half,
    row_number() over (
        partition by year(visits.day) * 2 + (month(visits.day) - 1) // 6
        order by uniform('bounce', visits.visit_number), visits.visit_number
    ) as bounce_rank,
    row_number() over (
        partition by year(visits.day) * 2 + (month(visits.day) - 1) // 6
        order by uniform('source', visits.visit_number), visits.visit_number
    ) as source_rank,
    count(*) over (partition by year(visits.day) * 2 + (month(visits.day) - 1) // 6) as visit_count
from plan.visits as visits;

create table plan.journeys as
select
    visits.visit_number,
    visits.person_number,
    visits.visitor_id,
    visits.terminal,
    visits.day,
    visits.started_local_at,
    halves.half,
    halves.bounce_rank <= round(halves.visit_count * parameter('traffic.bounce_rate')) as is_bounce,
    case
        when halves.source_rank <= round(halves.visit_count * parameter('traffic.share_of_sources.search')) then 'search'
        when halves.source_rank <= round(halves.visit_count * (
            parameter('traffic.share_of_sources.search') + parameter('traffic.share_of_sources.recommendation')
        )) then 'recommendation'
        when halves.source_rank <= round(halves.visit_count * (
            parameter('traffic.share_of_sources.search') + parameter('traffic.share_of_sources.recommendation')
            + parameter('traffic.share_of_sources.direct')
        )) then 'direct'
        else 'other'
    end as source_group,
    exp(0.7 * normal('stay', visits.visit_number)) as raw_stay,
    2 + floor(exponential('pages', visits.visit_number) * (parameter('traffic.pages_per_engaged_session') - 2))
        as raw_pages,
    persons.is_member,
    persons.price_sensitivity,
    days.promo_id,
    days.discount
from plan.visits as visits
inner join plan.halves as halves using (visit_number)
inner join plan.persons as persons using (person_number)
inner join plan.days as days using (day);

-- Buyers are drawn from visits of members that go on after the first page; a promotion draws those
-- who mind prices.
create table plan.purchases as
with ranked as (
    select
        visit_number,
        row_number() over (order by exponential('buys', visit_number) / (
            1 + case when discount > 0 then 1.5 * price_sensitivity else 0 end
        ), visit_number) as purchase_rank
    from plan.journeys
    where not is_bounce and is_member
)

select
    visit_number,
    uniform('at once', visit_number) < parameter('carts.share_of_orders_bought_at_once') as is_bought_at_once,
    uniform('unpaid', visit_number) < parameter('orders.unpaid') as is_unpaid
from ranked
where purchase_rank <= round(parameter('size.orders') * scale());

-- For every paid cart so many are abandoned that the rate is exact on both sides of the day on
-- which the checkout changed.
create table plan.cart_quotas as
with sides as (
    select
        journeys.day >= days_later(as_of(), -parameter('carts.checkout_changed_on')) as is_after,
        count(*) filter (where not purchases.is_bought_at_once and not purchases.is_unpaid) as paid_carts,
        count(*) filter (where not purchases.is_bought_at_once and purchases.is_unpaid) as unpaid_carts
    from plan.purchases as purchases
    inner join plan.journeys as journeys using (visit_number)
    group by is_after
)

select
    is_after,
    greatest(0, round(paid_carts * rate / (1 - rate)) - unpaid_carts) as abandoned_carts
from (
    select
        *,
        case when is_after then parameter('carts.abandonment_after') else parameter('carts.abandonment_before') end
            as rate
    from sides
) as rated;

create table plan.abandoned as
with ranked as (
    select
        journeys.visit_number,
        journeys.day >= days_later(as_of(), -parameter('carts.checkout_changed_on')) as is_after,
        row_number() over (
            partition by journeys.day >= days_later(as_of(), -parameter('carts.checkout_changed_on'))
            order by uniform('abandons', journeys.visit_number), journeys.visit_number
        ) as cart_rank
    from plan.journeys as journeys
    anti join plan.purchases using (visit_number)
    where not journeys.is_bounce
)

select ranked.visit_number
from ranked
inner join plan.cart_quotas as quotas using (is_after)
where ranked.cart_rank <= quotas.abandoned_carts;

-- Stays are stretched so that the mean of each half-year is the planted one; the longest stay well
-- below half an hour between two pages. Their sum is exact: that of doubles hangs on their order.
create table plan.sessions as
with staged as (
    select
        journeys.*,
        case
            when journeys.is_bounce then 'bounce'
            when purchases.visit_number is not null then 'order'
            when abandoned.visit_number is not null then 'cart'
            else 'browse'
        end as outcome,
        coalesce(purchases.is_bought_at_once, false) as is_bought_at_once,
        coalesce(purchases.is_unpaid, false) as is_unpaid,
        least(journeys.raw_pages, 40) as page_count
    from plan.journeys as journeys
    left join plan.purchases as purchases using (visit_number)
    left join plan.abandoned as abandoned using (visit_number)
),

stretched as (
    select
        *,
        case when is_bounce then 0 else least(raw_stay, 5) end as stay
    from staged
)

select
    * exclude (raw_stay, raw_pages, stay),
    stay / (sum(cast(stay as decimal(18, 12))) over (partition by half) / count(*) over (partition by half))
    * parameter('traffic.engaged_seconds') as engaged_seconds
from stretched;

drop table plan.halves;
drop table plan.journeys;
