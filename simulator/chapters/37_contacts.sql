-- Conversations with customer service. Staff answer in service hours, a machine outside them. The
-- waiting time falls and advice before the purchase converts better, from a day of its own for each
-- way of contact.

create table truth.service_changes as
select
    channel,
    share,
    days_later(as_of(), -days_before) as changed_on
from (
    values
    ('chat', 0.55, parameter('service.changed_on.chat')),
    ('mini_program', 0.25, parameter('service.changed_on.mini_program')),
    ('wecom', 0.12, parameter('service.changed_on.wecom')),
    ('phone', 0.08, parameter('service.changed_on.phone'))
) as channels (channel, share, days_before);

create macro plan.contact_channel(stream, key) as
    case
        when uniform(stream, key) < 0.55 then 'chat'
        when uniform(stream, key) < 0.80 then 'mini_program'
        when uniform(stream, key) < 0.92 then 'wecom'
        else 'phone'
    end;

create table plan.service_months as
select
    date_trunc('month', day) as month_start,
    count(*) / sum(count(*)) over () * parameter('service.conversations') * scale() as conversations
from plan.sessions
group by date_trunc('month', day);

-- K049: advice before the purchase. Each conversation is one of somebody who pays within a day, or
-- of somebody who does not, with the probability of its time and way of contact; then visits that
-- went so take the places. Nobody asks more than once a month.
create table plan.advice as
with visits as (
    select
        sessions.visit_number,
        sessions.person_number,
        sessions.visitor_id,
        coalesce(second_accounts.user_id, members.user_id) as user_id,
        date_trunc('month', sessions.day) as month_start,
        utc(sessions.started_local_at + sessions.engaged_seconds * 0.3 * interval 1 second) as opened_at
    from plan.sessions as sessions
    inner join plan.members as members using (person_number)
    left join plan.second_accounts as second_accounts
        on
            sessions.person_number = second_accounts.person_number
            and sessions.visitor_id = second_accounts.visitor_id
            and utc(sessions.started_local_at) >= second_accounts.registered_at
    where
        not sessions.is_bounce
        and sessions.day < days_later(as_of(), -1)
    qualify row_number() over (
        partition by sessions.person_number, date_trunc('month', sessions.day)
        order by uniform('asks on visit', sessions.visit_number), sessions.visit_number
    ) = 1
),

payers as (
    select distinct visits.visit_number
    from visits
    inner join plan.order_values as orders
        on
            visits.person_number = orders.person_number
            and orders.paid_at >= visits.opened_at
            and orders.paid_at < visits.opened_at + interval 24 hour
),

ranked as (
    select
        visits.*,
        payers.visit_number is not null as pays,
        row_number() over (
            partition by visits.month_start, payers.visit_number is not null
            order by uniform('asks', visits.visit_number), visits.visit_number
        ) as place_rank
    from visits
    left join payers using (visit_number)
),

places as (
    select
        months.month_start,
        (year(months.month_start) * 12 + month(months.month_start)) * 10000000 + place as place_key,
        plan.contact_channel('advice channel', (year(months.month_start) * 12 + month(months.month_start)) * 10000000 + place)
            as channel
    from plan.service_months as months
    cross join lateral (
        select unnest(range(cast(round(months.conversations * parameter('service.share_of_conversations.advice')) as bigint)))
            as place
    ) as numbers
),

drawn as (
    select
        places.*,
        uniform('advice pays', places.place_key) < parameter('service.advice_conversion')
        * case
            when places.month_start >= changes.changed_on then 1 + parameter('service.advice_conversion_lift')
            else 1
        end as pays
    from places
    inner join truth.service_changes as changes using (channel)
),

filled as (
    select
        *,
        row_number() over (partition by month_start, pays order by place_key) as place_rank
    from drawn
)

select
    filled.place_key as contact_key,
    'pre_sale' as queue,
    filled.channel,
    ['product_question', 'product_question', 'stock_question', 'price_promotion', 'shipping_fee', 'payment_method'][
        1 + pick('advice intent', filled.place_key, 6)
    ] as intent,
    ranked.person_number,
    ranked.user_id,
    ranked.visitor_id,
    cast(null as varchar) as order_id,
    cast(null as bigint) as order_number,
    ranked.opened_at,
    false as is_repeat
from filled
inner join ranked using (month_start, pays, place_rank);

-- K131: matters after the purchase. A matter begins once, and is asked about again within a week as
-- often as the planted share of all conversations demands.
create table plan.matters as
with orders_of_month as (
    select
        orders.*,
        exported.visitor_id,
        date_trunc('month', orders.paid_on) as month_start,
        row_number() over (
            partition by date_trunc('month', orders.paid_on)
            order by uniform('has a matter', orders.order_number), orders.order_number
        ) as matter_rank
    from plan.order_values as orders
    inner join shop.orders as exported using (order_id)
    where orders.paid_on < days_later(as_of(), -9)
)

select
    orders.order_number,
    orders.order_id,
    orders.person_number,
    orders.user_id,
    orders.visitor_id,
    orders.month_start,
    orders.refunded > 0 as is_refunded,
    row_number() over (partition by orders.month_start order by orders.matter_rank) as matter_number,
    count(*) over (partition by orders.month_start) as matters,
    utc(
        cast(days_later(orders.paid_on, 1 + 6 * uniform('matter day', orders.order_number)) as timestamp)
        + (8 + 15.5 * uniform('matter hour', orders.order_number)) * interval 1 hour
    ) as opened_at,
    case
        when orders.refunded > 0 and uniform('matter queue', orders.order_number) < 0.6 then 'after_sale'
        when uniform('matter queue', orders.order_number) < 0.55 then 'logistics'
        when uniform('matter queue', orders.order_number) < 0.82 then 'after_sale'
        else 'membership'
    end as queue
from orders_of_month as orders
inner join plan.service_months as months using (month_start)
where
    orders.matter_rank <= round(months.conversations * (
        1 - parameter('service.share_of_conversations.advice') - parameter('service.share_of_conversations.repeated')
    ));

create table plan.contacts as
with matters as (
    select
        *,
        plan.contact_channel('matter channel', order_number) as channel,
        case queue
            when 'logistics'
                then ['where_is_parcel', 'where_is_parcel', 'delivery_delay', 'change_address'][
                    1 + pick('matter intent', order_number, 4)
                ]
            when 'membership'
                then ['points_question', 'coupon_problem', 'card_renewal'][1 + pick('matter intent', order_number, 3)]
            else ['return_request', 'refund_progress', 'quality_complaint', 'invoice'][
                1 + pick('matter intent', order_number, case when is_refunded then 3 else 4 end)
            ]
        end as intent
    from plan.matters
),

-- Repeats of a month fall on its matters by lot: some are asked about again and again.
repeats as (
    select
        months.month_start,
        (year(months.month_start) * 12 + month(months.month_start)) * 10000000 + repeat_number as repeat_key
    from plan.service_months as months
    cross join lateral (
        select unnest(range(cast(round(months.conversations * parameter('service.share_of_conversations.repeated')) as bigint)))
            as repeat_number
    ) as numbers
),

first_contacts as (
    select
        order_number as contact_key,
        queue,
        channel,
        intent,
        person_number,
        user_id,
        visitor_id,
        order_id,
        order_number,
        opened_at,
        false as is_repeat
    from matters
),

repeat_contacts as (
    select
        repeats.repeat_key as contact_key,
        matters.queue,
        matters.channel,
        matters.intent,
        matters.person_number,
        matters.user_id,
        matters.visitor_id,
        matters.order_id,
        matters.order_number,
        utc(
            cast(days_later(
                cast(matters.opened_at + interval 8 hour as date), 1 + 5 * uniform('repeat day', repeats.repeat_key)
            ) as timestamp)
            + (8 + 15.5 * uniform('repeat hour', repeats.repeat_key)) * interval 1 hour
        ) as opened_at,
        true as is_repeat
    from repeats
    inner join matters
        on
            repeats.month_start = matters.month_start
            and 1 + pick('repeats matter', repeats.repeat_key, matters.matters) = matters.matter_number
)

select * from plan.advice
union all
select * from first_contacts
union all
select * from repeat_contacts;
