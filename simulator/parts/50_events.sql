-- What visitors did in a part of a month, event by event.

-- What else happens within a visit, for its events: searches on the site and clicks on recommendations.
create temp table asides as
select
    cast(substr(event_id, 2) as bigint) // 256 as visit_number,
    0 as number,
    'search' as event_name,
    'search' as page_type,
    searched_at as happened_at,
    cast(null as bigint) as sku_number,
    cast(null as integer) as position,
    cast(null as varchar) as rec_id,
    cast(null as varchar) as slot,
    cast(null as varchar) as model,
    query_text as search_text
from search_queries
where engine = 'on_site'
union all
select
    cast(substr(rec_id, 3) as bigint) // 16,
    1 + cast(substr(rec_id, 3) as bigint) % 16,
    'click',
    case slot when 'home_feed' then 'home' when 'cart_addon' then 'cart' else 'detail' end,
    clicked_at,
    cast(substr(sku_id, 4) as bigint),
    position,
    rec_id,
    slot,
    model,
    null
from rec_impressions
where clicked_at is not null;

-- Pages, in order. From the second on, six of ten are products, reached by a click on what was shown.
create temp table pages as
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
create temp table products as
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

create temp table bought as
select
    visits.visit_number,
    visits.is_bought_at_once,
    lines.line_no,
    lines.sku_number
from plan.line_money as lines
inner join visits using (order_number);

create temp table steps as
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
select visit_number, 10000 + line_no * 10 - 3, 'impression', 'category', sku_number, null from bought
union all
select visit_number, 10000 + line_no * 10 - 2, 'click', 'category', sku_number, null from bought
union all
select visit_number, 10000 + line_no * 10 - 1, 'detail_view', 'detail', sku_number, null from bought
union all
select visit_number, 10000 + line_no * 10, 'add_to_cart', 'detail', sku_number, null from bought where not is_bought_at_once
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
create temp table timed as
select
    *,
    row_number() over by_slot - 1 as step_number,
    count(*) filter (where moment is null) over (
        by_slot rows between unbounded preceding and unbounded following
    ) as free_steps
from steps
window by_slot as (partition by visit_number order by slot, sku_number);

-- What a cart is worth at each of its steps, and the prompt that comes with one of them.
create temp table cart_steps as
select
    visit_number,
    10000 + amounts.place * 10 as slot,
    amounts.cart_amount,
    coalesce(near_carts.is_prompted, false) as is_prompted
from plan.cart_amounts as amounts
semi join visits using (visit_number)
left join truth.near_carts as near_carts using (visit_number, place);

insert into cart_steps
select
    visit_number,
    20000 as slot,
    max(cart_amount) as cart_amount,
    false as is_prompted
from cart_steps
group by visit_number;

insert into timed by name
select timed.* replace ('free_shipping_prompt' as event_name, null as sku_number)
from timed
inner join cart_steps using (visit_number, slot)
where cart_steps.is_prompted and timed.event_name = 'add_to_cart';

drop table pages;
drop table products;
drop table bought;
drop table steps;

create temp table events as
with moments as (
    select
        timed.step_number,
        timed.event_name,
        timed.page_type,
        timed.sku_number,
        visits.visit_number * 256 + case timed.event_name when 'free_shipping_prompt' then 239 else timed.step_number end
            as event_key,
        -- A prompt is sent along with what was put into the cart.
        visits.visit_number * 256 + timed.step_number as sending_key,
        visits.started_local_at + visits.engaged_seconds * coalesce(
            timed.moment,
            case when visits.outcome = 'order' then 0.88 else 1 end * timed.step_number / greatest(1, timed.free_steps - 1)
        ) * interval 1 second as at_local,
        visits.visitor_id,
        visits.terminal,
        visits.region_id,
        case when visits.is_logged_in then visits.user_id end as user_id,
        'A' || visits.terminal as agent,
        visits.skew_seconds,
        case when timed.event_name in ('submit_order', 'pay') then visits.order_id end as order_id,
        cart_steps.cart_amount,
        case when timed.event_name = 'view_shipping' then visits.shipping_fee end as freight_shown,
        case when timed.step_number = 0 then visits.utm_source end as utm_source,
        case when timed.step_number = 0 then visits.utm_medium end as utm_medium,
        case when timed.step_number = 0 then visits.campaign_id end as campaign_id,
        case when timed.step_number = 0 then visits.referrer_host end as referrer_host
    from timed
    inner join visits using (visit_number)
    left join cart_steps using (visit_number, slot)

    union all by name

    -- Clicks on recommendations and searches on the site keep the moments that their own exports show.
    select
        240 + asides.number as step_number,
        asides.event_name,
        asides.page_type,
        asides.sku_number,
        visits.visit_number * 256 + 240 + asides.number as event_key,
        visits.visit_number * 256 + 240 + asides.number as sending_key,
        asides.happened_at + interval 8 hour as at_local,
        visits.visitor_id,
        visits.terminal,
        visits.region_id,
        case when visits.is_logged_in then visits.user_id end as user_id,
        'A' || visits.terminal as agent,
        visits.skew_seconds,
        asides.rec_id,
        asides.slot as rec_slot_id,
        asides.model as rec_model,
        asides.position as rec_position,
        asides.search_text
    from asides
    inner join visits using (visit_number)

    union all by name

    select
        step_number,
        case when step_number % 3 = 0 then 'page_view' when step_number % 3 = 1 then 'click' else 'detail_view' end
            as event_name,
        case when step_number % 3 = 2 then 'detail' else 'category' end as page_type,
        case when step_number % 3 = 0 then null else pick('bot product', session_key * 64 + step_number, 200) end
            as sku_number,
        9000000000000 + session_key * 64 + step_number as event_key,
        9000000000000 + session_key * 64 + step_number as sending_key,
        started_local_at + step_number * interval 1 second as at_local,
        visitor_id,
        'pc' as terminal,
        'CN-BJ' as region_id,
        case when is_disguised then 'Apc' else 'bot' end as agent
    from plan.bot_sessions
    cross join lateral (select unnest(range(event_count)) as step_number) as numbers
    where day >= part_begins() and day < part_ends()
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
            then coalesce(moments.skew_seconds, 0)
        else 0
    end * interval 1 second as event_at,
    -- Most events arrive within seconds; late ones after minutes, hours or months, and all in the end.
    least(
        utc(moments.at_local) + case
            when uniform('late', sending_key) < parameter('dirt.late')
                then 60 * power(180 * 24 * 60, uniform('how late', sending_key))
            else 1 + 4 * uniform('arrival', sending_key)
        end * interval 1 second,
        greatest(
            utc(moments.at_local) + interval 1 second,
            utc(cast(as_of() as timestamp)) - uniform('last arrival', sending_key) * interval 1 hour
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
        when moments.rec_id is not null then moments.rec_position
        when moments.event_name in ('impression', 'click') then 1 + pick('position', event_key, 20)
    end as position,
    moments.rec_id,
    moments.rec_slot_id,
    moments.rec_model,
    moments.search_text,
    moments.order_id,
    cast(null as varchar) as live_session_id,
    moments.utm_source,
    moments.utm_medium,
    moments.campaign_id,
    moments.referrer_host,
    cast(null as double) as scroll_share,
    cast(null as double) as engaged_seconds,
    moments.cart_amount,
    case
        when moments.cart_amount is not null
            then cast(greatest(0, parameter('orders.free_shipping_from') - moments.cart_amount) as decimal(18, 2))
    end as free_shipping_gap,
    moments.freight_shown,
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
from moments;

drop table timed;
drop table cart_steps;
drop table asides;
