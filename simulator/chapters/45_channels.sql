-- Channels of visits. Visits from search, recommendation and direct keep theirs; the others are dealt
-- out by the GMV that a last touch within seven days brings, so that the contributions are exact.

-- An order in a livestream or a group has a touch of its own, after the arrival.
create table plan.order_touches as
select
    orders.visit_number,
    orders.order_number,
    'livestream' as channel_id,
    orders.live_session_id,
    cast(null as varchar) as group_id
from plan.live_orders as orders
union all
select
    orders.visit_number,
    groups.order_number,
    'group_buy',
    null,
    groups.group_id
from plan.group_orders as groups
inner join plan.orders as orders using (order_number);

-- The last touch of each visit: 'pool' where it is yet to be dealt out.
create table plan.visit_touches as
select
    sessions.visit_number,
    sessions.person_number,
    sessions.half,
    sessions.day,
    utc(sessions.started_local_at) as started_at,
    case
        when touches.channel_id is not null then touches.channel_id
        when sessions.source_group = 'other' then 'pool'
        else sessions.source_group
    end as channel_id
from plan.sessions as sessions
left join plan.order_touches as touches using (visit_number);

-- Paid orders with the visit that gets the credit: the last one of the person within the days given
-- whose touch is not direct.
create table plan.credited as
select
    orders.order_number,
    orders.order_id,
    orders.half,
    orders.gmv,
    touches.visit_number as credited_visit_number,
    touches.channel_id,
    touches.started_at >= orders.placed_at - interval 7 day as is_within_week
from plan.paid_orders as orders
asof inner join (select * from plan.visit_touches where channel_id != 'direct') as touches
    on orders.person_number = touches.person_number and orders.placed_at >= touches.started_at
where touches.started_at >= orders.placed_at - interval 30 day;

-- K023. Each social channel's share of paid GMV grows at the planted pace. Livestreams and group buys
-- take from the pool what their own orders leave to be had.
create table plan.pool_shares as
with credit as (
    select
        half,
        sum(gmv) filter (where channel_id = 'livestream') as livestream,
        sum(gmv) filter (where channel_id = 'group_buy') as group_buy,
        sum(gmv) filter (where channel_id = 'pool') as pool
    from plan.credited
    where is_within_week
    group by half
),

wanted as (
    select
        half_years.half,
        credit.pool,
        named.channel_id,
        named.place,
        case named.channel_id
            when 'livestream' then 1.03 * latest.livestream * half_years.social_size * half_years.gmv_to_latest
                - credit.livestream
            when 'group_buy' then 1.03 * latest.group_buy * half_years.social_size * half_years.gmv_to_latest
                - credit.group_buy
            else half_years.gmv * half_years.social_size
                * parameter('marketing.channels.share_of_gmv.' || named.channel_id)
        end as gmv
    from plan.half_years as half_years
    inner join credit using (half)
    cross join (
        select credit.*
        from credit
        inner join plan.half_years as half_years using (half)
        where half_years.halves_ago = 0
    ) as latest
    cross join (
        values
        (1, 'community'), (2, 'livestream'), (3, 'group_buy'), (4, 'social_commerce'), (5, 'kol'), (6, 'short_video')
    ) as named (place, channel_id)
),

social as (
    select
        half,
        channel_id,
        place,
        greatest(0, gmv / pool) as share,
        sum(greatest(0, gmv / pool)) over (partition by half) as social_share
    from wanted
),

all_channels as (
    select half, channel_id, place, share / greatest(1, social_share) as share
    from social
    union all
    select
        halves.half,
        rest.channel_id,
        rest.place,
        greatest(0, 1 - halves.social_share) * rest.share
    from (select distinct half, social_share from social) as halves
    cross join (
        values
        (7, 'feed_ads', parameter('marketing.channels.share_of_remainder.feed_ads')),
        (8, 'content', parameter('marketing.channels.share_of_remainder.content')),
        (9, 'outreach', parameter('marketing.channels.share_of_remainder.outreach')),
        (10, 'affiliate', parameter('marketing.channels.share_of_remainder.affiliate')),
        (11, 'other', 1)
    ) as rest (place, channel_id, share)
)

select
    half,
    channel_id,
    coalesce(sum(share) over (
        partition by half order by place rows between unbounded preceding and 1 preceding
    ), 0) as share_begins
from all_channels;

create table plan.visit_channels as
with brought as (
    select
        credited_visit_number as visit_number,
        max(half) as half,
        sum(gmv) as gmv
    from plan.credited
    where is_within_week and channel_id = 'pool'
    group by credited_visit_number
),

-- Members of communities come first in line, where the communities' share lies.
lined_up as (
    select
        visits.visit_number,
        visits.day,
        coalesce(brought.half, visits.half) as half,
        coalesce(brought.gmv, 0) as gmv,
        uniform('channel', visits.visit_number)
        * case when members.person_number is not null then 0.3 else 1 end as place
    from plan.visit_touches as visits
    left join brought using (visit_number)
    left join (select distinct person_number from plan.community_members) as members
        on visits.person_number = members.person_number
    where visits.channel_id = 'pool'
),

placed as (
    select
        *,
        -- A grain of GMV for each visit, so that those that bring nothing are dealt out as evenly.
        (sum(gmv + 0.01) over (partition by half order by place, visit_number) - gmv / 2)
        / sum(gmv + 0.01) over (partition by half) as position
    from lined_up
),

dealt as (
    select
        placed.visit_number,
        -- K053. No KOL posts in the month before the latest half, so that what a collaboration sells
        -- within 30 days falls into its own half.
        case
            when
                shares.channel_id = 'kol'
                and placed.day >= date_trunc('quarter', as_of() - interval 4 month) - interval 31 day
                and placed.day < date_trunc('quarter', as_of() - interval 4 month)
                then 'content'
            else shares.channel_id
        end as channel_id
    from placed
    asof inner join plan.pool_shares as shares
        on placed.half = shares.half and placed.position >= shares.share_begins
)

select
    sessions.visit_number,
    -- K036. The arrival's channel; paid search is search, bought.
    case
        when sessions.source_group = 'other' then coalesce(dealt.channel_id, touches.channel_id)
        when
            sessions.source_group = 'search'
            and uniform('paid search', sessions.visit_number) < parameter('marketing.channels.paid_share_of_search')
            then 'paid_search'
        else sessions.source_group
    end as channel_id,
    sessions.person_number,
    sessions.visitor_id,
    sessions.day,
    utc(sessions.started_local_at) as started_at,
    sessions.engaged_seconds,
    sessions.outcome
from plan.sessions as sessions
left join dealt using (visit_number)
left join plan.order_touches as touches using (visit_number);
