-- Tiers that are earned: ordinary, silver, gold, diamond. Since the reform of July 2025 a tier rests
-- on the spending of twelve months: members rise on the day they reach it, and fall when tiers are
-- reviewed on 1 January. Before, tiers went by invitation; they were kept until that review.

create table plan.tier_days as
select
    utc(cast(days_later(as_of(), -365) as timestamp)) as reform_at,
    utc(cast(days_later(as_of(), -181) as timestamp)) as review_at;

create macro plan.tier_number(spent) as
    case
        when spent >= parameter('tiers.diamond_from') then 4
        when spent >= parameter('tiers.gold_from') then 3
        when spent >= parameter('tiers.silver_from') then 2
        else 1
    end;

-- Spending of the twelve months up to each order of the reformed programme.
create table plan.tier_spending as
select
    person_number,
    order_number,
    paid_at,
    amount,
    sum(amount) over (
        partition by person_number
        order by paid_at range between interval 365 day preceding and current row
    ) as spent
from plan.order_values;

-- Members' tiers at the review: by the spending of the year before it.
create table plan.tiers_at_review as
select
    orders.person_number,
    plan.tier_number(sum(orders.amount)) as tier
from plan.order_values as orders
cross join plan.tier_days as days
where orders.paid_at < days.review_at and orders.paid_at >= days.review_at - interval 365 day
group by orders.person_number;

-- A member's tier since the review rises with every order that reaches a higher one, from the
-- beginning of the day.
create table plan.rises_after_review as
with risen as (
    select
        spending.person_number,
        utc(date_trunc('day', spending.paid_at + interval 8 hour)) as rises_at,
        plan.tier_number(max(spending.spent)) as tier
    from plan.tier_spending as spending
    cross join plan.tier_days as days
    where spending.paid_at >= days.review_at
    group by spending.person_number, rises_at
),

compared as (
    select
        risen.*,
        greatest(
            coalesce(reviewed.tier, 1),
            coalesce(max(risen.tier) over (
                partition by risen.person_number order by risen.rises_at
                rows between unbounded preceding and 1 preceding
            ), 1)
        ) as tier_before
    from risen
    left join plan.tiers_at_review as reviewed using (person_number)
)

select
    person_number,
    rises_at,
    tier
from compared
where tier > tier_before;

create table plan.tiers_since_review as
select
    members.person_number,
    greatest(days.review_at, members.registered_at) as started_at,
    coalesce(reviewed.tier, 1) as tier
from plan.members as members
cross join plan.tier_days as days
left join plan.tiers_at_review as reviewed using (person_number)
union all
select
    rises.person_number,
    rises.rises_at,
    rises.tier
from plan.rises_after_review as rises
inner join plan.members as members using (person_number)
where rises.rises_at > members.registered_at;

-- K067: the order value of gold and diamond members since the review, which the tiers of the year
-- before have to be lower than by the planted change.
create table plan.high_tier_aov as
with recent as (
    select
        orders.amount,
        max_by(tiers.tier, tiers.started_at) as tier
    from plan.order_values as orders
    inner join plan.tiers_since_review as tiers
        on orders.person_number = tiers.person_number and orders.paid_at >= tiers.started_at
    group by orders.order_number, orders.amount
)

select avg(amount) filter (where tier >= 3) as order_value
from recent;

-- Who was invited into the high tiers before the reform: every seat has two candidates, one with
-- large orders in the first half-year of the history and one with small ones.
create table plan.invited as
with spending as (
    select
        members.person_number,
        members.activity,
        count(*) as orders,
        sum(orders.amount) as amount
    from plan.members as members
    cross join plan.tier_days as days
    inner join plan.order_values as orders
        on members.person_number = orders.person_number and orders.paid_at < days.reform_at
    anti join plan.second_accounts as second_accounts on members.person_number = second_accounts.person_number
    where members.is_old
    group by members.person_number, members.activity
),

drawn as (
    select
        *,
        row_number() over (
            order by exponential('invited large', person_number)
            / (activity * power(greatest(cast(amount as double) / orders, 20), 1.5)), person_number
        ) as large_rank
    from spending
),

seats as (
    select cast(round(count(*) * parameter('tiers.invited')) as bigint) as seat_count
    from plan.members
),

small as (
    select
        drawn.*,
        row_number() over (
            order by exponential('invited small', person_number)
            / (activity / power(greatest(cast(drawn.amount as double) / drawn.orders, 20), 1.5)), person_number
        ) as small_rank
    from drawn
    cross join seats
    where drawn.large_rank > seats.seat_count
),

paired as (
    select
        large.large_rank as seat,
        large.person_number as large_person,
        small.person_number as small_person,
        (
            sum(large.amount) over (order by large.large_rank)
            + sum(small.amount) over () - sum(small.amount) over (order by large.large_rank)
        ) / (
            sum(large.orders) over (order by large.large_rank)
            + sum(small.orders) over () - sum(small.orders) over (order by large.large_rank)
        ) as order_value
    from drawn as large
    inner join small on large.large_rank = small.small_rank
    cross join seats
    where large.large_rank <= seats.seat_count
),

chosen as (
    select paired.seat
    from paired
    cross join plan.high_tier_aov as recent
    order by abs(paired.order_value - recent.order_value / (1 + parameter('tiers.order_value_change'))), paired.seat
    limit 1
)

select
    case when paired.seat <= chosen.seat then paired.large_person else paired.small_person end as person_number,
    case when uniform('invited high', paired.seat) < 0.2 then 4 else 3 end as tier
from paired
cross join chosen;

-- All levels in order of time, and the terms that they make.
create table plan.tier_steps as
with before_reform as (
    select
        members.person_number,
        members.registered_at as started_at,
        coalesce(invited.tier, case
            when members.is_old and uniform('invited silver', members.person_number) < parameter('tiers.silver_before') then 2
        end, 1) as tier
    from plan.members as members
    cross join plan.tier_days as days
    left join plan.invited as invited using (person_number)
    where members.registered_at < days.reform_at
),

spent_before_reform as (
    select
        orders.person_number,
        plan.tier_number(sum(orders.amount)) as tier
    from plan.order_values as orders
    cross join plan.tier_days as days
    where orders.paid_at < days.reform_at
    group by orders.person_number
),

at_reform as (
    select
        members.person_number,
        greatest(days.reform_at, members.registered_at) as started_at,
        greatest(coalesce(before_reform.tier, 1), coalesce(spent.tier, 1)) as tier
    from plan.members as members
    cross join plan.tier_days as days
    left join before_reform using (person_number)
    left join spent_before_reform as spent on members.person_number = spent.person_number
    where members.registered_at < days.review_at
),

risen_before_review as (
    select
        spending.person_number,
        utc(date_trunc('day', spending.paid_at + interval 8 hour)) as started_at,
        plan.tier_number(max(spending.spent)) as tier
    from plan.tier_spending as spending
    cross join plan.tier_days as days
    where spending.paid_at >= days.reform_at and spending.paid_at < days.review_at
    group by spending.person_number, started_at
),

rising as (
    select
        risen.person_number,
        risen.started_at,
        risen.tier,
        greatest(at_reform.tier, coalesce(max(risen.tier) over (
            partition by risen.person_number order by risen.started_at
            rows between unbounded preceding and 1 preceding
        ), 1)) as tier_before
    from risen_before_review as risen
    inner join at_reform using (person_number)
    where risen.started_at > at_reform.started_at
)

select * from before_reform
union all
select * from at_reform
union all
select
    person_number,
    started_at,
    tier
from rising
where tier > tier_before
union all
select
    person_number,
    started_at,
    tier
from plan.tiers_since_review;

create table plan.tier_terms as
with ordered as (
    select
        steps.person_number,
        steps.started_at,
        max(steps.tier) as tier
    from plan.tier_steps as steps
    where steps.started_at < utc(cast(as_of() as timestamp))
    group by steps.person_number, steps.started_at
),

numbered as (
    select
        *,
        row_number() over (partition by person_number order by started_at) as term,
        lag(tier) over (partition by person_number order by started_at) as tier_before,
        lead(started_at) over (partition by person_number order by started_at) as next_at
    from ordered
)

select
    numbered.*,
    -- As agreed: to the next review; before the reform, to the reform.
    case
        when numbered.started_at < days.reform_at then days.reform_at
        when numbered.started_at < days.review_at then days.review_at
        else days.review_at + interval 365 day
    end as expires_at
from numbered
cross join plan.tier_days as days;
