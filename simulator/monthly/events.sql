-- What visitors did in one month, event by event. `month_begins()` and `month_ends()` are local days.

create or replace temp table visits as
select
    sessions.visit_number,
    sessions.person_number,
    sessions.visitor_id,
    sessions.terminal,
    sessions.started_local_at,
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
    and (sessions.outcome = 'order' or uniform('logged in', sessions.visit_number) < 0.7) as is_logged_in
from plan.sessions as sessions
inner join plan.persons as persons using (person_number)
left join plan.accounts as accounts using (person_number)
left join plan.second_visits as second_visits on sessions.visit_number = second_visits.visit_number
where sessions.day >= month_begins() and sessions.day < month_ends();

-- Pages, in order. From the second on, six of ten are products, reached by a click on what was shown.
create or replace temp table pages as
select
    visits.visit_number,
    page_number,
    visits.week_start,
    visits.visit_number * 64 + page_number as page_key,
    page_number > 0 and uniform('page kind', visits.visit_number * 64 + page_number) < 0.6 as is_product,
    case
        when page_number = 0 and visits.source_group = 'search' then 'landing'
        when page_number = 0 and visits.source_group = 'recommendation' then 'content'
        when page_number = 0 then 'home'
        else ['category', 'search', 'promotion', 'content'][
            1 + pick('page type', visits.visit_number * 64 + page_number, 4)
        ]
    end as page_type
from visits
cross join lateral (
    select unnest(range(case when visits.outcome = 'bounce' then 1 else cast(visits.page_count as bigint) end)) as page_number
) as numbers;

-- Products that a visit looks at by itself, and those that it puts into a cart it leaves behind.
create or replace temp table products as
select
    pages.visit_number,
    pages.page_number * 10 as slot,
    false as is_carted,
    sku_shares.sku_number
from pages
asof inner join plan.sku_shares
    on
        pages.week_start = sku_shares.week_start
        and uniform('looks at', pages.page_key) >= sku_shares.share_begins
where pages.is_product
union all
select
    visit_number,
    10000 + item * 10 as slot,
    true as is_carted,
    sku_number
from plan.cart_items
semi join visits using (visit_number);

create or replace temp table steps as
select visit_number, page_number * 10 as slot, 'page_view' as event_name, page_type, null::bigint as sku_number, null::double as moment
from pages
where not is_product
union all
select visit_number, slot - 3 as slot, 'impression', 'category', sku_number, null from products
union all
select visit_number, slot - 2, 'click', 'category', sku_number, null from products
union all
select visit_number, slot - 1, 'detail_view', 'detail', sku_number, null from products
union all
select visit_number, slot, 'add_to_cart', 'detail', sku_number, null from products where is_carted
union all
select visit_number, 20000, 'view_cart', 'cart', null, null from visits
where outcome = 'cart' and uniform('sees cart', visit_number) < 0.5
union all
select visit_number, 20001, 'begin_checkout', 'checkout', null, null from visits
where outcome = 'cart' and uniform('sees cart', visit_number) < 0.25
union all
-- An order's own products, then the steps of its checkout; it is placed and paid when the shop says so.
select orders.visit_number, 10000 + lines.line_no * 10 - 3, 'impression', 'category', lines.sku_number, null
from plan.line_money as lines
inner join plan.orders as orders using (order_number)
semi join visits on orders.visit_number = visits.visit_number
union all
select orders.visit_number, 10000 + lines.line_no * 10 - 2, 'click', 'category', lines.sku_number, null
from plan.line_money as lines
inner join plan.orders as orders using (order_number)
semi join visits on orders.visit_number = visits.visit_number
union all
select orders.visit_number, 10000 + lines.line_no * 10 - 1, 'detail_view', 'detail', lines.sku_number, null
from plan.line_money as lines
inner join plan.orders as orders using (order_number)
semi join visits on orders.visit_number = visits.visit_number
union all
select orders.visit_number, 10000 + lines.line_no * 10, 'add_to_cart', 'detail', lines.sku_number, null
from plan.line_money as lines
inner join plan.orders as orders using (order_number)
semi join visits on orders.visit_number = visits.visit_number
where not orders.is_bought_at_once
union all
select visit_number, 20000, 'view_cart', 'cart', null, null from visits where outcome = 'order' and not is_bought_at_once
union all
select visit_number, 20001, 'begin_checkout', 'checkout', null, null from visits where outcome = 'order'
union all
select visit_number, 20002, 'view_shipping', 'checkout', null, null from visits where outcome = 'order'
union all
select visit_number, 20003, 'view_payment', 'payment', null, null from visits where outcome = 'order'
union all
select visit_number, 20004, 'submit_order', 'payment', null, 0.9 from visits where outcome = 'order'
union all
select visit_number, 20005, 'pay', 'order', null, 1.0 from visits where outcome = 'order' and not is_unpaid;

-- Steps share the visit's time: the first at its start, the last at its end, a purchase at its moments.
create or replace temp table timed as
select
    *,
    row_number() over (partition by visit_number order by slot, sku_number) - 1 as step_number,
    count(*) filter (where moment is null) over (partition by visit_number) as free_steps
from steps;

create or replace temp table events as
with moments as (
    select
        timed.visit_number,
        timed.step_number,
        timed.event_name,
        timed.page_type,
        timed.sku_number,
        visits.visit_number * 256 + timed.step_number as event_key,
        visits.started_local_at + visits.engaged_seconds * coalesce(
            timed.moment,
            case when visits.outcome = 'order' then 0.88 else 1 end * timed.step_number / greatest(1, timed.free_steps - 1)
        ) * interval 1 second as at_local,
        visits.visitor_id,
        visits.terminal,
        visits.source_group,
        visits.region_id,
        case when visits.is_logged_in then visits.user_id end as user_id,
        'A' || visits.terminal as agent
    from timed
    inner join visits using (visit_number)

    union all

    -- Clicks on recommendations and searches on the site keep the moments that their own exports show.
    select
        visits.visit_number,
        240 + asides.number as step_number,
        asides.event_name,
        asides.page_type,
        asides.sku_number,
        visits.visit_number * 256 + 240 + asides.number as event_key,
        asides.happened_at + interval 8 hour as at_local,
        visits.visitor_id,
        visits.terminal,
        visits.source_group,
        visits.region_id,
        case when visits.is_logged_in then visits.user_id end as user_id,
        'A' || visits.terminal as agent
    from plan.asides as asides
    inner join visits using (visit_number)

    union all

    select
        null as visit_number,
        step_number,
        case when step_number % 3 = 0 then 'page_view' when step_number % 3 = 1 then 'click' else 'detail_view' end,
        case when step_number % 3 = 2 then 'detail' else 'category' end,
        case when step_number % 3 = 0 then null else pick('bot product', session_key * 64 + step_number, 200) end,
        9000000000000 + session_key * 64 + step_number,
        started_local_at + step_number * interval 1 second,
        visitor_id,
        'pc',
        'direct',
        'CN-BJ',
        null,
        case when is_disguised then 'Apc' else 'bot' end
    from plan.bot_sessions
    cross join lateral (select unnest(range(event_count)) as step_number) as numbers
    where day >= month_begins() and day < month_ends()
)

select
    'E' || event_key as event_id,
    moments.event_name,
    moments.visitor_id,
    moments.user_id,
    cast(null as varchar) as open_id,
    cast(null as varchar) as session_hint,
    -- By the clock of the device, which may be wrong; but not so that the history gets longer.
    utc(moments.at_local) + case
        when cast(moments.at_local as date) > first_day() and cast(moments.at_local as date) < days_later(as_of(), -1)
            then coalesce(clock_skews.skew_seconds, 0)
        else 0
    end * interval 1 second as event_at,
    -- Most events arrive within seconds; late ones after minutes, hours or months, and all in the end.
    least(
        utc(moments.at_local) + case
            when uniform('late', event_key) < parameter('dirt.late')
                then 60 * power(180 * 24 * 60, uniform('how late', event_key))
            else 1 + 4 * uniform('arrival', event_key)
        end * interval 1 second,
        greatest(
            utc(moments.at_local) + interval 1 second,
            utc(cast(as_of() as timestamp)) - uniform('last arrival', event_key) * interval 1 hour
        )
    ) as received_at,
    moments.terminal,
    moments.page_type,
    cast(null as varchar) as page_id,
    case when moments.page_type = 'content' then 'content-' || pick('content', event_key, 40) end as content_id,
    cast(null as varchar) as element_id,
    cast(null as varchar) as block_type,
    moments.step_number = 0 as is_first_screen,
    case when moments.sku_number is not null then 'SKU' || lpad(cast(moments.sku_number as varchar), 5, '0') end as sku_id,
    case when moments.event_name = 'add_to_cart' then 1 end as quantity,
    case
        when asides.rec_id is not null then asides.position
        when moments.event_name in ('impression', 'click') then 1 + pick('position', event_key, 20)
    end as position,
    asides.rec_id,
    asides.slot as rec_slot_id,
    asides.model as rec_model,
    asides.search_text,
    case when moments.event_name in ('submit_order', 'pay') then orders.order_id end as order_id,
    cast(null as varchar) as live_session_id,
    case when moments.step_number = 0 then channels.utm_source end as utm_source,
    case when moments.step_number = 0 then channels.utm_medium end as utm_medium,
    case when moments.step_number = 0 then channels.campaign_id end as campaign_id,
    case when moments.step_number = 0 then channels.referrer_host end as referrer_host,
    cast(null as double) as scroll_share,
    cast(null as double) as engaged_seconds,
    cast(null as decimal(18, 2)) as cart_amount,
    cast(null as decimal(18, 2)) as free_shipping_gap,
    case when moments.event_name = 'view_shipping' then money.shipping_fee end as freight_shown,
    case when moments.event_name = 'view_payment' then 'alipay,wechat_pay,union_pay,huabei' end as payment_methods,
    cast(null as varchar) as payment_method,
    moments.region_id,
    case moments.agent
        when 'bot' then 'python-requests/2.32'
        when 'Apc' then 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0'
        when 'Ah5' then 'Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile'
        when 'Aapp' then 'EmporiumShop/5.2 (iOS 17.5)'
        else 'MicroMessenger/8.0 MiniProgram'
    end as user_agent,
    substr(md5('ip' || moments.visitor_id), 1, 16) as ip_hash,
    '3.1' as sdk_version
from moments
left join plan.orders as orders
    on moments.visit_number = orders.visit_number and moments.event_name in ('submit_order', 'pay', 'view_shipping')
left join plan.order_money as money using (order_number)
left join plan.asides as asides
    on moments.visit_number = asides.visit_number and moments.step_number = 240 + asides.number
left join truth.clock_skews as clock_skews on moments.visitor_id = clock_skews.visitor_id
left join plan.session_channels as channels on moments.visit_number = channels.visit_number;
