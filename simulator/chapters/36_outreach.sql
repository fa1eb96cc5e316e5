-- Contacts with customers. Two campaigns are randomised with a hold-out: winning back who has not
-- bought for three months (a call by machine with a coupon, or a text message, or nothing), and a
-- coupon for who bought lately. The rest is everyday contact, chosen by rule.

-- Every arm's probability of a paid order within thirty days.
create table truth.outreach_arms as
select
    campaign_number,
    purpose,
    arm,
    arm_number,
    rate as true_rate,
    count(*) over (partition by campaign_number) as arms
from (
    values
    (1, 'win_back', 'ai_call_coupon', 1, parameter('outreach.reactivation_by_sms') * parameter('outreach.call_over_sms')),
    (1, 'win_back', 'sms', 2, parameter('outreach.reactivation_by_sms')),
    (1, 'win_back', 'none', 3, parameter('outreach.reactivation_alone')),
    (2, 'repurchase', 'coupon', 1, parameter('outreach.repurchase_alone') * (1 + parameter('outreach.coupon_lift'))),
    (2, 'repurchase', 'none', 2, parameter('outreach.repurchase_alone'))
) as arms (campaign_number, purpose, arm, arm_number, rate);

create table plan.outreach_waves as
select
    wave,
    utc(cast(days_later(as_of(), -days_before) as timestamp)) + interval 10 hour as assigned_at
from (values (0, 122), (1, 91), (2, 61)) as waves (wave, days_before)
where days_later(as_of(), -days_before) > first_day();

-- Each member is looked at in one wave. Strata are what the shop knows then: how often, and how
-- lately, the member bought.
create table plan.outreach_pool as
with known as (
    select
        members.person_number,
        members.user_id,
        waves.wave,
        waves.assigned_at,
        count(*) filter (where orders.paid_at < waves.assigned_at) as orders_before,
        max(orders.paid_at) filter (where orders.paid_at < waves.assigned_at) as last_paid_at,
        coalesce(bool_or(
            orders.paid_at >= waves.assigned_at and orders.paid_at < waves.assigned_at + interval 30 day
        ), false) as buys,
        coalesce(bool_or(
            orders.has_coupon
            and orders.paid_at >= waves.assigned_at + interval 21 hour
            and orders.paid_at < waves.assigned_at + interval 29 day
        ), false) as uses_coupon
    from plan.members as members
    inner join plan.outreach_waves as waves on pick('wave', members.person_number, 3) = waves.wave
    inner join plan.order_values as orders using (person_number)
    anti join plan.second_accounts as second_accounts on members.person_number = second_accounts.person_number
    anti join plan.subscriptions as subscriptions on members.person_number = subscriptions.person_number
    group by members.person_number, members.user_id, waves.wave, waves.assigned_at
)

select
    *,
    case when last_paid_at < assigned_at - interval 90 day then 1 else 2 end as campaign_number,
    wave * 100
    + case when last_paid_at < assigned_at - interval 180 day then 10 else 20 end
    + case when orders_before >= 4 then 3 when orders_before >= 2 then 2 else 1 end as stratum
from known
where orders_before > 0 and last_paid_at < assigned_at - interval 7 day;

-- K080: the arms of a stratum are equally large, and each place of an arm is one of a buyer or of
-- none with the arm's probability; then members who do so take the places. So the lot is fair within
-- strata, and the orders are those that are told anyway.
create table plan.outreach_places as
with strata as (
    select
        pool.campaign_number,
        pool.stratum,
        count(*) as members,
        count(*) filter (where pool.buys) as buyers
    from plan.outreach_pool as pool
    group by pool.campaign_number, pool.stratum
),

arms as (
    select
        *,
        sum(true_rate) over (partition by campaign_number) as rates
    from truth.outreach_arms
)

select
    arms.campaign_number,
    strata.stratum,
    arms.purpose,
    arms.arm,
    arms.arms,
    uniform(
        'outreach buys', ((arms.campaign_number * 1000 + strata.stratum) * 10 + arms.arm_number) * 10000000::bigint + place
    ) < arms.true_rate as buys,
    row_number() over (
        partition by arms.campaign_number, strata.stratum, uniform(
            'outreach buys', ((arms.campaign_number * 1000 + strata.stratum) * 10 + arms.arm_number) * 10000000::bigint + place
        ) < arms.true_rate
        -- Who will use a coupon gets a place with one.
        order by arms.arm not like '%coupon', uniform(
            'outreach place', ((arms.campaign_number * 1000 + strata.stratum) * 10 + arms.arm_number) * 10000000::bigint + place
        ), arms.arm_number, place
    ) as place_rank
from strata
inner join arms using (campaign_number)
cross join lateral (
    select unnest(range(cast(floor(least(
        0.8 * strata.buyers / arms.rates,
        0.95 * (strata.members - strata.buyers) / (arms.arms - arms.rates)
    )) as bigint))) as place
) as places;

create table plan.outreach as
with ranked as (
    select
        *,
        row_number() over (
            partition by campaign_number, stratum, buys
            order by uses_coupon desc, uniform('outreach member', person_number), person_number
        ) as place_rank
    from plan.outreach_pool
),

randomised as (
    select
        ranked.person_number,
        ranked.user_id,
        ranked.wave,
        ranked.assigned_at,
        places.purpose,
        places.arm,
        ranked.buys,
        places.arms,
        true as is_randomised
    from ranked
    inner join plan.outreach_places as places using (campaign_number, stratum, buys, place_rank)
),

everyday as (
    select
        members.person_number,
        members.user_id,
        month_number as wave,
        utc(cast(date_trunc('month', first_day()) + month_number * interval 1 month as timestamp))
        + (24 * 27 * uniform('everyday contact day', members.person_number * 100 + month_number)) * interval 1 hour
            as assigned_at,
        ['benefit', 'launch', 'replenishment'][1 + pick('everyday purpose', members.person_number * 100 + month_number, 3)]
            as purpose,
        ['push', 'coupon', 'adviser', 'sms'][1 + pick('everyday arm', members.person_number * 100 + month_number, 4)]
            as arm,
        false as buys,
        null as arms,
        false as is_randomised
    from plan.members as members
    cross join range(1, 60) as months (month_number)
    where
        uniform('everyday contact', members.person_number * 100 + month_number) < parameter('outreach.everyday')
        and days_later(first_day(), month_number * 31) < as_of()
)

select
    *,
    case purpose
        when 'win_back' then 1
        when 'repurchase' then 2
        when 'benefit' then 3
        when 'launch' then 4
        else 5
    end * 1000000000000::bigint + person_number * 100 + wave as contact_key
from (
    select * from randomised
    union all
    select *
    from everyday
    where assigned_at < utc(cast(as_of() as timestamp)) - interval 1 day
) as contacts
where assigned_at > (select utc(cast(first_day() as timestamp)));

create table shop.outreach as
select
    'OR' || contact_key as outreach_id,
    purpose || '-' || strftime(assigned_at + interval 8 hour, '%Y-%m') as outreach_campaign_id,
    purpose,
    user_id,
    arm,
    case purpose when 'win_back' then 'lapsed' when 'repurchase' then 'recent' end as segment,
    case
        when purpose = 'win_back' and arm = 'ai_call_coupon' then 'CP-WINBACK'
        when arm = 'coupon' then 'CP-TARGETED'
    end as coupon_id,
    assigned_at,
    case when arm != 'none' then assigned_at + 20 * uniform('contact sent', contact_key) * interval 1 hour end as sent_at,
    is_randomised,
    case when arm != 'none' then uniform('contact arrives', contact_key) < 0.95 end as is_delivered,
    case
        when arm != 'none'
            then uniform('contact arrives', contact_key) < 0.95
                and uniform('contact answered', contact_key)
                < case arm when 'ai_call_coupon' then 0.42 when 'adviser' then 0.35 else 0.18 end
                * case when buys then 1.6 else 1 end
    end as is_answered,
    case when is_randomised then 1.0 / arms end as assigned_share,
    cast(case arm
        when 'ai_call_coupon' then parameter('outreach.call_cost')
        when 'sms' then parameter('outreach.sms_cost')
        when 'adviser' then 2.5
        else 0
    end as decimal(18, 2)) as cost
from plan.outreach
order by outreach_id;
