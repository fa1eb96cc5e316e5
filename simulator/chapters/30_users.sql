-- Accounts as the shop exports them. Mail addresses are at a domain that cannot exist.

-- Orders belong to the account that is logged in.
update shop.orders
set user_id = second_visits.user_id
from plan.orders as planned
inner join plan.second_visits as second_visits using (visit_number)
where orders.order_id = planned.order_id;

update shop.payments
set user_id = orders.user_id
from shop.orders as orders
where payments.order_id = orders.order_id and payments.user_id != orders.user_id;

update shop.refunds
set user_id = orders.user_id
from shop.orders as orders
where refunds.order_id = orders.order_id and refunds.user_id != orders.user_id;

-- The last sign of life: an account can only be closed after it.
create table plan.last_visits as
select
    person_number,
    max(day) as last_day
from plan.sessions
group by person_number;

create or replace table shop.users as
with described as (
    select
        members.*,
        last_visits.last_day,
        persons.gender,
        persons.age_band,
        ['search', 'search', 'search', 'recommendation', 'recommendation', 'direct', 'paid_search', 'feed_ads',
            'social_commerce', 'kol', 'short_video', 'content', 'affiliate', 'other'][
            1 + pick('register channel', members.person_number, 14)
        ] as register_channel_id,
        coalesce(last_visits.last_day, first_day()) < days_later(as_of(), -120)
        and uniform('closes', members.person_number) < parameter('members.closes') as is_closed
    from plan.members as members
    inner join plan.persons as persons using (person_number)
    left join plan.last_visits as last_visits using (person_number)
),

first_accounts as (
    select
        user_id,
        phone,
        case
            when uniform('has mail', person_number) < parameter('members.mail_known')
                then substr(md5('mail' || person_number), 1, 16) || '@example.com'
        end as email,
        register_channel_id,
        first_terminal as register_terminal,
        cast(null as varchar) as register_group_id,
        case
            when register_channel_id in ('social_commerce', 'kol') and uniform('is invited', person_number) < 0.5
                then lag(user_id) over (order by registered_at, user_id)
        end as invited_by_user_id,
        case when uniform('knows region', person_number) < 0.95 then region_id end as region_id,
        case when uniform('tells gender', person_number) < 0.9 then gender end as gender,
        case when uniform('tells age', person_number) < 0.8 then
            case age_band
                when '18-24' then '18_24'
                when '25-34' then ['25_29', '30_34'][1 + pick('age half', person_number, 2)]
                when '35-44' then ['35_39', '40_49'][1 + pick('age half', person_number, 2)]
                when '45-54' then ['40_49', '50_plus'][1 + pick('age half', person_number, 2)]
                else '50_plus'
            end
        end as age_band,
        case when is_closed then 'closed' else 'active' end as status,
        registered_at,
        case
            when is_closed
                then utc(cast(days_later(as_of(), -1 - 110 * uniform('closed on', person_number)) as timestamp))
                    + interval 4 hour
        end as closed_at,
        false as is_staff
    from described
),

second_accounts as (
    select
        user_id,
        phone,
        cast(null as varchar) as email,
        'direct' as register_channel_id,
        terminal as register_terminal,
        cast(null as varchar) as register_group_id,
        cast(null as varchar) as invited_by_user_id,
        region_id,
        cast(null as varchar) as gender,
        cast(null as varchar) as age_band,
        'active' as status,
        registered_at,
        cast(null as timestamp) as closed_at,
        false as is_staff
    from plan.second_accounts
),

-- Staff try the shop; they buy nothing that counts.
staff_accounts as (
    select
        'ustaff' || lpad(cast(staff_number as varchar), 4, '0') as user_id,
        cast(null as varchar) as phone,
        'staff' || staff_number || '@example.com' as email,
        'direct' as register_channel_id,
        'pc' as register_terminal,
        cast(null as varchar) as register_group_id,
        cast(null as varchar) as invited_by_user_id,
        'CN-SH' as region_id,
        cast(null as varchar) as gender,
        cast(null as varchar) as age_band,
        'active' as status,
        utc(cast(days_later(first_day(), -300 + 10 * staff_number % 250) as timestamp)) + interval 9 hour
            as registered_at,
        cast(null as timestamp) as closed_at,
        true as is_staff
    from range(cast(greatest(3, round(20 * scale())) as bigint)) as numbers (staff_number)
)

select * from first_accounts
union all
select * from second_accounts
union all
select * from staff_accounts
order by user_id;
