-- Group buys: who came by one, who led it, who joined, and the groups that failed.

-- K056, K057. Persons whose first order is a group buy; so many of each quarter, and of those whose
-- 90 days are over, that the share who order again is exact.
create table plan.fission as
with candidates as (
    select
        orders.order_number,
        orders.person_number,
        orders.half,
        coalesce(orders.next_paid_at < orders.paid_at + interval 90 day, false) as orders_again,
        -- Who ordered first in the days after the last full quarter and is mature counts with it.
        case
            when
                quarter(orders.day) % 2 = 0 and half_years.halves_ago = 0
                and orders.paid_at + interval 90 day <= utc(cast(as_of() as timestamp))
                then cast(date_trunc('quarter', orders.day) - interval 3 month as date)
            else cast(date_trunc('quarter', orders.day) as date)
        end as cohort
    from plan.paid_orders as orders
    inner join plan.half_years as half_years using (half)
    where orders.placed_rank = 1
),

cohorts as (
    select
        half,
        cohort,
        count(*) as persons
    from candidates
    group by half, cohort
),

shared as (
    select
        half,
        cohort,
        round(parameter('marketing.fission.new_users') * scale() * half_years.social_size
            * half_years.gmv_to_latest * case when half_years.halves_ago = 0 then 1 else 0.85 end) as wanted,
        sum(persons) over (partition by half order by cohort) / sum(persons) over (partition by half) as share_ends
    from cohorts
    inner join plan.half_years as half_years using (half)
),

quotas as (
    select
        half,
        cohort,
        round(wanted * share_ends)
        - coalesce(lag(round(wanted * share_ends)) over (partition by half order by cohort), 0) as persons
    from shared
),

ranked as (
    select
        *,
        row_number() over (
            partition by half, cohort, orders_again
            order by uniform('fission', person_number), person_number
        ) as fission_rank
    from candidates
)

select
    ranked.order_number,
    ranked.person_number,
    ranked.half
from ranked
inner join quotas using (half, cohort)
where
    fission_rank <= case
        when orders_again then round(quotas.persons * parameter('marketing.fission.repurchase'))
        else quotas.persons - round(quotas.persons * parameter('marketing.fission.repurchase'))
    end;

-- A leader is somebody with an order before who orders with the group; a new user joins the latest
-- group that is open.
create table plan.group_orders as
with possible_leaders as (
    select
        order_number,
        person_number,
        placed_at,
        row_number() over (partition by half order by uniform('leads', order_number), order_number) as lead_rank,
        half
    from plan.paid_orders
    where paid_rank > 1
),

leaders as (
    select
        leaders.order_number,
        leaders.person_number,
        leaders.placed_at
    from possible_leaders as leaders
    inner join (select half, count(*) as joiners from plan.fission group by half) as sizes using (half)
    where leaders.lead_rank <= sizes.joiners * 0.5
),

joined as (
    select
        fission.order_number,
        fission.person_number,
        orders.placed_at,
        -- Whom no group is open for opens one.
        coalesce(leaders.order_number, fission.order_number) as leader_order_number
    from plan.fission as fission
    inner join plan.paid_orders as orders using (order_number)
    asof left join leaders on orders.placed_at > leaders.placed_at
),

members as (
    select order_number, person_number, placed_at, leader_order_number
    from joined
    union all
    select order_number, person_number, placed_at, order_number
    from leaders
    semi join (select distinct leader_order_number as order_number from joined) as used using (order_number)
)

select
    'G' || lpad(cast(leader_order_number as varchar), 9, '0') as group_id,
    order_number,
    person_number,
    leader_order_number,
    order_number = leader_order_number as is_leader,
    placed_at - (20 + pick('joins', order_number, 30)) * interval 1 second as joined_at
from members;

create table shop.group_buys as
with groups as (
    select
        leaders.group_id,
        accounts.user_id as leader_user_id,
        promos.promo_id
    from plan.group_orders as leaders
    inner join plan.accounts as accounts using (person_number)
    left join shop.promo_calendar as promos
        on
            promos.promo_type = 'group_buy'
            and leaders.joined_at >= promos.starts_at
            and leaders.joined_at < promos.ends_at
    where leaders.is_leader
),

-- Groups that nobody else joined, for every fifth that somebody did.
failed as (
    select
        'GF' || lpad(cast(orders.order_number as varchar), 9, '0') as group_id,
        accounts.user_id,
        orders.placed_at + interval 30 minute as joined_at,
        orders.order_number
    from plan.paid_orders as orders
    inner join plan.accounts as accounts using (person_number)
    anti join plan.group_orders using (order_number)
    where
        orders.paid_rank > 1
        and uniform('group fails', orders.order_number) < 0.03
        and orders.placed_at + interval 30 minute < utc(cast(as_of() as timestamp))
)

select
    groups.group_id,
    groups.leader_user_id,
    accounts.user_id as member_user_id,
    case when groups.promo_id is not null then 'CM-' || groups.promo_id end as community_id,
    groups.promo_id,
    orders.order_id,
    'succeeded' as status,
    members.joined_at,
    not members.is_leader and accounts.registered_at > members.joined_at - interval 7 day as is_new_user,
    cast(floor(exponential('invites', members.order_number) * parameter('marketing.fission.invites')) as integer)
        as invites_sent
from plan.group_orders as members
inner join groups using (group_id)
inner join plan.accounts as accounts using (person_number)
inner join plan.orders as orders using (order_number)
union all
select
    group_id,
    user_id,
    user_id,
    null,
    null,
    null,
    case when joined_at + interval 1 day < utc(cast(as_of() as timestamp)) then 'failed' else 'open' end,
    joined_at,
    false,
    cast(floor(exponential('invites', order_number) * parameter('marketing.fission.invites')) as integer)
from failed;
