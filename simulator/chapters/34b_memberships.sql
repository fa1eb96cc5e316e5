-- Memberships of both programmes as the shop's exports show them, and the benefits that members use.

create table shop.memberships as
select
    'MT' || lpad(cast(terms.person_number as varchar), 8, '0') || '-' || terms.term as membership_id,
    members.user_id,
    'tier' as programme,
    ['ordinary', 'silver', 'gold', 'diamond'][terms.tier] as level,
    case
        when terms.term > 1
            then 'MT' || lpad(cast(terms.person_number as varchar), 8, '0') || '-' || (terms.term - 1)
    end as renewed_from_id,
    case
        when terms.term = 1 then 'join'
        when terms.tier > terms.tier_before then 'upgrade'
        when terms.tier < terms.tier_before then 'downgrade'
        else 'keep'
    end as change_reason,
    terms.started_at,
    terms.expires_at,
    case when terms.next_at < terms.expires_at then terms.next_at end as cancelled_at,
    true as is_auto_renew,
    cast(0 as decimal(18, 2)) as price
from plan.tier_terms as terms
inner join plan.members as members using (person_number)
union all
select
    membership_id,
    user_id,
    'paid' as programme,
    'black_card' as level,
    renewed_from_id,
    change_reason,
    started_at,
    expires_at,
    cancelled_at,
    is_auto_renew,
    cast(parameter('black_cards.price') as decimal(18, 2)) as price
from plan.black_card_terms
order by membership_id;

-- K060: the black card's twelve benefits; how often in a month each is used, and what it costs.
create table plan.benefits as
select *
from (
    values
    ('paid', 'B01', 'monthly_red_packet', 0.62, 8.0), ('paid', 'B02', 'priority_purchase', 0.12, 0.0),
    ('paid', 'B03', 'free_shipping', 0.35, 9.0), ('paid', 'B04', 'member_price', 0.28, 12.0),
    ('paid', 'B05', 'double_points', 0.30, 3.0), ('paid', 'B06', 'birthday_gift', 0.05, 30.0),
    ('paid', 'B07', 'dedicated_service', 0.10, 4.0), ('paid', 'B08', 'free_returns', 0.09, 11.0),
    ('paid', 'B09', 'video_membership', 0.22, 6.0), ('paid', 'B10', 'sample_box', 0.08, 15.0),
    ('paid', 'B11', 'price_protection', 0.04, 10.0), ('paid', 'B12', 'early_sale', 0.14, 0.0),
    ('tier', 'T01', 'freight_coupon', 0.16, 8.0), ('tier', 'T02', 'dedicated_service', 0.05, 4.0),
    ('tier', 'T03', 'birthday_pack', 0.04, 20.0)
) as planned (programme, benefit_id, benefit_name, monthly_use, cost);

create table shop.benefit_uses as
with months as (
    select distinct cast(date_trunc('month', day) as date) as month_start from plan.days
),

holders as (
    select
        'paid' as programme,
        person_number,
        user_id,
        membership_id,
        started_at,
        coalesce(cancelled_at, expires_at) as ends_at
    from plan.black_card_terms
    union all
    select
        'tier',
        terms.person_number,
        members.user_id,
        'MT' || lpad(cast(terms.person_number as varchar), 8, '0') || '-' || terms.term,
        terms.started_at,
        coalesce(terms.next_at, terms.expires_at)
    from plan.tier_terms as terms
    inner join plan.members as members using (person_number)
    where terms.tier >= 2
),

wanted as (
    select
        holders.programme,
        holders.user_id,
        holders.membership_id,
        holders.started_at,
        holders.ends_at,
        benefits.benefit_id,
        benefits.benefit_name,
        benefits.cost,
        (holders.person_number * 100 + date_diff('month', first_day(), months.month_start)) * 100
        + case holders.programme when 'paid' then 0 else 50 end
        + cast(substr(benefits.benefit_id, 2) as bigint) as use_key,
        utc(cast(months.month_start as timestamp)) as month_begins,
        benefits.monthly_use
    from holders
    inner join plan.benefits as benefits using (programme)
    inner join months
        on
            utc(cast(months.month_start as timestamp)) >= holders.started_at - interval 31 day
            and utc(cast(months.month_start as timestamp)) < holders.ends_at
),

used as (
    select
        *,
        month_begins + (9 + 27 * 24 * uniform('benefit day', use_key)) * interval 1 hour as used_at
    from wanted
    where uniform('uses benefit', use_key) < monthly_use
),

-- Benefits of a purchase are used on an order of that month, if there is one.
on_orders as (
    select
        used.use_key,
        min_by(orders.order_id, orders.order_number) as order_id,
        min(orders.paid_at) as paid_at
    from used
    inner join plan.order_values as orders
        on
            used.user_id = orders.user_id
            and orders.paid_at >= used.month_begins
            and orders.paid_at < used.month_begins + interval 28 day
    where used.benefit_name in ('free_shipping', 'member_price', 'double_points', 'freight_coupon', 'priority_purchase')
    group by used.use_key
)

select
    'BU' || used.use_key as benefit_use_id,
    used.user_id,
    used.membership_id,
    used.programme,
    used.benefit_id,
    used.benefit_name,
    on_orders.order_id,
    coalesce(on_orders.paid_at, used.used_at) as used_at,
    cast(round(used.cost * (0.7 + 0.6 * uniform('benefit cost', used.use_key)), 2) as decimal(18, 2)) as cost
from used
left join on_orders using (use_key)
where
    coalesce(on_orders.paid_at, used.used_at) >= used.started_at
    and coalesce(on_orders.paid_at, used.used_at) < least(used.ends_at, utc(cast(as_of() as timestamp)))
order by benefit_use_id;
