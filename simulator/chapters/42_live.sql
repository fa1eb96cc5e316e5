-- Livestreams: two days a week, and one session without a break at each 618 and each double 11.

create table plan.live_sessions as
with ordinary as (
    select
        'LS' || strftime(day, '%Y%m%d') as live_session_id,
        false as is_best,
        cast(day as timestamp) + interval 11 hour as started_local_at,
        cast(day as timestamp) + interval 23 hour as ended_local_at
    from plan.days
    where dayofweek(day) in (4, 6) and not (month(day) in (6, 11) and day(day) < 20)
),

-- The rooms that never close.
marathons as (
    select
        case month(day) when 6 then 'LS618-' else 'LS1111-' end || year(day) as live_session_id,
        true as is_best,
        cast(day as timestamp) + interval 20 hour as started_local_at,
        cast(days_later(day, case month(day) when 6 then 18 else 11 end) as timestamp) as ended_local_at
    from plan.days
    where month(day) in (6, 11) and day(day) = 1
)

select
    *,
    row_number() over (order by started_local_at) as session_number,
    utc(started_local_at) as started_at,
    utc(ended_local_at) as ended_at
from (select * from ordinary union all select * from marathons) as sessions;

-- K050, K051. Orders in the time of a session are dealt out so that the sessions' GMV and the share
-- of it that comes back are exact. Whose month after delivery is over is dealt out apart, so that
-- the mature orders have the same share.
create table plan.live_orders as
with candidates as (
    select
        orders.*,
        sessions.live_session_id,
        sessions.is_best,
        orders.delivered_at + interval 30 day <= utc(cast(as_of() as timestamp)) as is_mature,
        orders.returned_gmv > 0 as is_returned
    from plan.paid_orders as orders
    inner join plan.live_sessions as sessions
        on orders.placed_at >= sessions.started_at + interval 5 minute and orders.placed_at < sessions.ended_at
    anti join plan.group_orders using (order_number)
    where orders.currency_code = 'CNY' and not orders.is_refunded_before_shipment
),

strata as (
    select
        half,
        is_best,
        is_mature,
        sum(gmv) as gmv,
        sum(returned_gmv) as returned_gmv
    from candidates
    group by half, is_best, is_mature
),

wanted as (
    select
        strata.half,
        strata.is_best,
        strata.is_mature,
        case
            when strata.is_best then parameter('marketing.live.best_session_gmv')
            else parameter('marketing.live.weekly_gmv')
        end
        * scale() * half_years.social_size * half_years.gmv_to_latest
        -- Earlier halves leave room for those who came from a livestream and bought later.
        * case when half_years.halves_ago = 0 then 1 else 0.9 end
        * strata.gmv / sum(strata.gmv) over (partition by strata.half, strata.is_best) as gmv,
        strata.returned_gmv as possible_returned_gmv
    from strata
    inner join plan.half_years as half_years using (half)
),

-- Where most returns are still to come, not more than has come back yet.
quotas as (
    select
        half,
        is_best,
        is_mature,
        gmv,
        least(gmv * parameter('marketing.live.return_rate'), 0.8 * possible_returned_gmv) as returned_gmv
    from wanted
),

returned as (
    select
        candidates.*,
        sum(candidates.returned_gmv) over (
            partition by half, is_best, is_mature order by uniform('live', order_number), order_number
        ) <= quotas.returned_gmv as is_chosen
    from candidates
    inner join quotas using (half, is_best, is_mature)
    where candidates.is_returned
),

-- The rest of the GMV from orders that were kept: as many as makes the share of what did come back
-- exact. The dear ones come first, the cheap ones make up the difference.
left_over as (
    select
        quotas.half,
        quotas.is_best,
        quotas.is_mature,
        case
            when quotas.returned_gmv < quotas.gmv * parameter('marketing.live.return_rate') then quotas.gmv
            else chosen.returned_gmv / parameter('marketing.live.return_rate')
        end - chosen.gmv as gmv
    from quotas
    inner join (
        select
            half,
            is_best,
            is_mature,
            sum(gmv) as gmv,
            sum(returned_gmv) as returned_gmv
        from returned
        where is_chosen
        group by half, is_best, is_mature
    ) as chosen using (half, is_best, is_mature)
),

dear as (
    select
        candidates.*,
        left_over.gmv as wanted_gmv,
        sum(candidates.gmv) over (
            partition by half, is_best, is_mature
            order by exponential('live', order_number) / candidates.gmv, order_number
        ) as running_gmv
    from candidates
    inner join left_over using (half, is_best, is_mature)
    where not candidates.is_returned and candidates.gmv >= 150
),

gaps as (
    select
        half,
        is_best,
        is_mature,
        any_value(wanted_gmv) - coalesce(sum(gmv) filter (where running_gmv <= wanted_gmv), 0) as gmv
    from dear
    group by half, is_best, is_mature
),

cheap as (
    select
        candidates.*,
        gaps.gmv as wanted_gmv,
        sum(candidates.gmv) over (
            partition by half, is_best, is_mature
            order by candidates.gmv < 40, uniform('live', order_number), order_number
        ) as running_gmv
    from candidates
    inner join gaps using (half, is_best, is_mature)
    where not candidates.is_returned and candidates.gmv < 150
),

chosen as (
    select order_number, visit_number, person_number, live_session_id, half, gmv
    from returned
    where is_chosen
    union all
    select order_number, visit_number, person_number, live_session_id, half, gmv
    from dear
    where running_gmv <= wanted_gmv
    union all
    select order_number, visit_number, person_number, live_session_id, half, gmv
    from cheap
    where running_gmv <= wanted_gmv
)

select *
from chosen;

create table shop.live_sessions as
with sold as (
    select
        live_session_id,
        sum(gmv) as gmv,
        count(*) as orders
    from plan.live_orders
    group by live_session_id
),

watched as (
    select
        sessions.*,
        coalesce(sold.gmv, 0) as gmv,
        cast((200 * scale() + coalesce(sold.orders, 0)) * (25 + 30 * uniform('viewers', session_number)) as bigint)
            as viewers
    from plan.live_sessions as sessions
    left join sold using (live_session_id)
    where sessions.started_at < utc(cast(as_of() as timestamp))
)

select
    watched.live_session_id,
    ['own_store', 'douyin', 'wechat', 'taobao_live', 'kuaishou'][
        case when is_best then 1 else 1 + pick('live platform', session_number, 5) end
    ] as platform,
    'H' || (1 + pick('host', session_number, 8)) as host_id,
    case when pick('host', session_number, 8) < 2 and not is_best then 'K' || (1 + pick('host', session_number, 8)) end
        as kol_id,
    promos.promo_id is not null as is_clearance,
    watched.started_at,
    watched.ended_at,
    viewers,
    cast(viewers * (0.12 + 0.10 * uniform('peak', session_number)) as bigint) as peak_viewers,
    cast(round(case when pick('host', session_number, 8) < 2 then 30000 else 6000 end * scale(), 2) as decimal(18, 2))
        as slot_fee,
    cast(parameter('marketing.live.commission') as double) as commission_rate,
    cast(round(gmv * parameter('marketing.live.commission'), 2) as decimal(18, 2)) as commission
from watched
left join shop.promo_calendar as promos
    on
        promos.promo_type = 'live_clearance'
        and watched.started_at >= promos.starts_at
        and watched.started_at < promos.ends_at;

-- What a session shows: what was bought in it.
create table shop.live_session_items as
with shown as (
    select
        orders.live_session_id,
        'SKU' || lpad(cast(lines.sku_number as varchar), 5, '0') as sku_id,
        sum(lines.quantity) as units,
        min(lines.unit_price) as live_price
    from plan.live_orders as orders
    inner join plan.line_money as lines using (order_number)
    group by all
),

placed as (
    select
        *,
        row_number() over (partition by live_session_id order by units desc, sku_id) as position
    from shown
    qualify position <= 60
)

select
    placed.live_session_id,
    placed.sku_id,
    cast(placed.position as integer) as position,
    sessions.started_at + placed.position * 4 * interval 1 second as shown_at,
    cast(placed.live_price as decimal(18, 4)) as live_price
from placed
inner join plan.live_sessions as sessions using (live_session_id);
