-- Who came in a part of a month, over which link, for which product, and with what result: what all
-- that follows is about. `part_begins()` and `part_ends()` are local days.

create temp table visits as
select
    sessions.visit_number,
    sessions.person_number,
    sessions.visitor_id,
    sessions.terminal,
    sessions.day,
    sessions.started_local_at,
    utc(sessions.started_local_at) as started_at,
    sessions.engaged_seconds,
    sessions.outcome,
    sessions.is_bought_at_once,
    sessions.is_unpaid,
    sessions.page_count,
    sessions.source_group,
    cast(date_trunc('week', sessions.day) as date) as week_start,
    persons.region_id,
    coalesce(second_visits.user_id, accounts.user_id) as user_id,
    -- Whoever buys is logged in, other members mostly.
    accounts.user_id is not null
    and (sessions.outcome = 'order' or uniform('logged in', sessions.visit_number) < 0.7) as is_logged_in,
    channels.* exclude (visit_number, day, outcome),
    products.sku_number as wanted_sku_number,
    orders.order_number,
    orders.order_id,
    order_money.shipping_fee,
    clock_skews.skew_seconds
from plan.sessions as sessions
inner join plan.persons as persons using (person_number)
inner join plan.visit_products as products using (visit_number)
inner join (
    select * from plan.session_channels where day >= part_begins() and day < part_ends()
) as channels using (visit_number)
left join plan.accounts as accounts on sessions.person_number = accounts.person_number
left join plan.second_visits as second_visits on sessions.visit_number = second_visits.visit_number
left join (
    select * from plan.orders where day >= part_begins() and day < part_ends()
) as orders on sessions.visit_number = orders.visit_number
left join plan.order_money as order_money on orders.order_number = order_money.order_number
left join truth.clock_skews as clock_skews on sessions.visitor_id = clock_skews.visitor_id
where sessions.day >= part_begins() and sessions.day < part_ends();
