-- Coupons: templates, coupons in somebody's hands, and those used. Every paid order with a coupon
-- has one; many more are never used.

create table shop.coupons as
select
    coupon_id,
    'percent_off' as coupon_type,
    target_rule,
    issuing_channel_id,
    valid_channels,
    promo_id,
    cast(null as varchar) as kol_id,
    cost_bearer,
    valid_from_at,
    valid_to_at,
    cast(8 as decimal(18, 2)) as face_value,
    cast(0 as decimal(18, 2)) as threshold
from (
    select
        *,
        cast(null as varchar) as promo_id,
        utc(cast(first_day() as timestamp)) - interval 40 day as valid_from_at,
        utc(cast(as_of() as timestamp)) + interval 90 day as valid_to_at
    from (
        values
        ('CP-SHOP', null, 'own_store', 'own_store,wechat', 'shop'),
        ('CP-TMALL', null, 'tmall', 'tmall,own_store,wechat', 'platform'),
        ('CP-JD', null, 'jd', 'jd,own_store,wechat', 'platform'),
        ('CP-DOUYIN', null, 'douyin', 'douyin,wechat,own_store', 'platform'),
        ('CP-WECHAT', null, 'wechat', 'wechat,own_store', 'shop'),
        ('CP-BRAND', 'category_fans', 'own_store', 'own_store,wechat', 'supplier'),
        ('CP-COMMUNITY', 'community_member', 'community', 'wechat,own_store', 'shop'),
        ('CP-WINBACK', 'lapsed_90_days', 'outreach', 'own_store,wechat', 'shop'),
        ('CP-TARGETED', 'recent_buyer', 'outreach', 'own_store,wechat', 'shop')
    ) as standing (coupon_id, target_rule, issuing_channel_id, valid_channels, cost_bearer)
    union all
    select
        'CP-' || upper(promo_id),
        null,
        'own_store',
        'own_store,wechat',
        'shop',
        promo_id,
        starts_at - interval 5 day,
        ends_at
    from shop.promo_calendar
) as templates
order by coupon_id;

-- A coupon from a contact goes to the first coupon order within its thirty days.
create table plan.coupon_contacts as
with handed as (
    select
        outreach_id,
        user_id,
        coupon_id,
        sent_at as issued_at
    from shop.outreach
    where coupon_id is not null and is_delivered and sent_at < utc(cast(as_of() as timestamp))
),

matched as (
    select
        handed.outreach_id,
        min(orders.order_number) as order_number
    from handed
    inner join plan.order_values as orders
        on
            handed.user_id = orders.user_id
            and orders.has_coupon
            and orders.paid_at >= handed.issued_at + interval 1 hour
            and orders.paid_at < handed.issued_at + interval 29 day
    group by handed.outreach_id
)

select
    handed.*,
    matched.order_number
from handed
left join matched using (outreach_id)
-- An order takes one coupon only.
qualify matched.order_number is null
    or row_number() over (partition by matched.order_number order by handed.issued_at, handed.outreach_id) = 1;

create table plan.coupon_issues as
with coupon_orders as (
    select
        orders.order_number,
        orders.order_id,
        orders.user_id,
        exported.placed_at,
        exported.terminal,
        planned.promo_id
    from plan.order_values as orders
    inner join shop.orders as exported using (order_id)
    inner join plan.orders as planned using (order_number)
    where orders.has_coupon
),

for_orders as (
    select
        'CI' || coupon_orders.order_number as coupon_issue_id,
        coalesce(contacts.coupon_id, case
            when coupon_orders.promo_id is not null and uniform('promotion coupon', coupon_orders.order_number) < 0.5
                then 'CP-' || upper(coupon_orders.promo_id)
            else ['CP-SHOP', 'CP-SHOP', 'CP-TMALL', 'CP-JD', 'CP-DOUYIN', 'CP-WECHAT', 'CP-BRAND', 'CP-COMMUNITY'][
                1 + pick('coupon', coupon_orders.order_number, 8)
            ]
        end) as coupon_id,
        coupon_orders.user_id,
        contacts.outreach_id,
        coalesce(
            contacts.issued_at,
            coupon_orders.placed_at
            - least(exponential('coupon kept', coupon_orders.order_number) * 4, 28) * interval 1 day
        ) as issued_at,
        coupon_orders.order_number,
        coupon_orders.placed_at,
        coupon_orders.terminal
    from coupon_orders
    left join plan.coupon_contacts as contacts using (order_number)
),

unused_contacts as (
    select
        'CI' || outreach_id as coupon_issue_id,
        coupon_id,
        user_id,
        outreach_id,
        issued_at,
        cast(null as bigint) as order_number,
        cast(null as timestamp) as placed_at,
        cast(null as varchar) as terminal
    from plan.coupon_contacts
    where order_number is null
),

owners as (
    select
        user_id,
        registered_at,
        row_number() over (order by person_number) - 1 as owner_number
    from plan.members
),

numbered as (
    select
        issue_number,
        pick('coupon owner', issue_number, owner_count) as owner_number,
        utc(cast(first_day() as timestamp))
        + (as_of() - first_day()) * uniform('unused coupon day', issue_number) * interval 1 day as issued_at
    from (select count(*) as owner_count from owners) as counted
    cross join range(cast(
        (select count(*) from coupon_orders) * (1 / parameter('coupons.redemption') - 1) as bigint
    )) as numbers (issue_number)
),

unused as (
    select
        'CIU' || numbered.issue_number as coupon_issue_id,
        case
            when days.promo_id is not null and uniform('unused promotion coupon', numbered.issue_number) < 0.5
                then 'CP-' || upper(days.promo_id)
            else ['CP-SHOP', 'CP-TMALL', 'CP-JD', 'CP-DOUYIN', 'CP-WECHAT', 'CP-BRAND', 'CP-COMMUNITY'][
                1 + pick('unused coupon', numbered.issue_number, 7)
            ]
        end as coupon_id,
        owners.user_id,
        cast(null as varchar) as outreach_id,
        numbered.issued_at,
        cast(null as bigint) as order_number,
        cast(null as timestamp) as placed_at,
        cast(null as varchar) as terminal
    from numbered
    inner join owners using (owner_number)
    inner join plan.days as days on cast(numbered.issued_at + interval 8 hour as date) = days.day
    where numbered.issued_at > owners.registered_at
)

select * from for_orders
union all
select * from unused_contacts
union all
select * from unused;

create table shop.coupon_issues as
select
    issues.coupon_issue_id,
    issues.coupon_id,
    issues.user_id as issued_to,
    coupons.issuing_channel_id as issued_channel_id,
    issues.outreach_id,
    issues.issued_at,
    issues.issued_at + interval 30 day as expires_at
from plan.coupon_issues as issues
inner join shop.coupons as coupons using (coupon_id)
order by issues.coupon_issue_id;

create table shop.coupon_redemptions as
select
    issues.coupon_issue_id,
    issues.coupon_id,
    issues.user_id,
    orders.order_id as redeemed_order_id,
    case issues.terminal when 'mini_program' then 'wechat' else 'own_store' end as redeemed_channel_id,
    issues.placed_at as redeemed_at,
    cast(round(money.order_discount * money.rate, 2) as decimal(18, 2)) as discount,
    cast(case coupons.cost_bearer when 'shop' then round(money.order_discount * money.rate, 2) else 0 end as decimal(18, 2))
        as shop_cost
from plan.coupon_issues as issues
inner join shop.coupons as coupons using (coupon_id)
inner join plan.order_values as orders using (order_number)
inner join plan.order_money as money using (order_number)
order by issues.coupon_issue_id;
