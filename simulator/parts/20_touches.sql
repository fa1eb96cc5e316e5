-- Touches of a part: the arrivals of its visits, and what they saw or clicked besides.

create temp table touches as
with happened as (
    select
        'T' || visit_number as touch_id,
        visits.visitor_id,
        case when is_logged_in then user_id end as user_id,
        started_at as touched_at,
        'visit' as touch_type,
        visits.channel_id,
        visits.sub_channel,
        visits.campaign_id,
        visits.adgroup_id,
        visits.creative_id,
        visits.keyword_id,
        visits.audience_id,
        visits.kol_id,
        visits.post_id,
        visits.live_session_id,
        case when visits.campaign_id is not null then substr(md5('click' || visit_number), 1, 20) end as click_id,
        case visits.channel_id when 'search' then '/landing' when 'paid_search' then '/landing' when 'recommendation'
            then '/content' when 'livestream' then '/live' else '/' end as landing_page
    from visits
    union all
    -- An advertisement is seen before it is clicked.
    select
        'TV' || visit_number,
        visits.visitor_id,
        null,
        started_at - interval 20 second,
        'view',
        visits.channel_id,
        visits.sub_channel,
        visits.campaign_id,
        visits.adgroup_id,
        visits.creative_id,
        visits.keyword_id,
        visits.audience_id,
        null,
        null,
        null,
        null,
        null
    from visits
    where visits.channel_id = 'feed_ads' and visits.campaign_id is not null
    union all
    -- Into the livestream or the group, from within a visit that came another way.
    select
        'TO' || visit_number,
        visits.visitor_id,
        user_id,
        started_at + visits.engaged_seconds * 0.2 * interval 1 second,
        'click',
        order_touches.channel_id,
        case order_touches.channel_id when 'livestream' then 'live' else 'wechat' end,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        order_touches.live_session_id,
        null,
        case order_touches.channel_id when 'livestream' then '/live' else '/group' end
    from plan.order_touches as order_touches
    inner join visits using (visit_number)
    where visits.channel_id != order_touches.channel_id
)

select
    *,
    channel_id in ('paid_search', 'feed_ads', 'kol', 'affiliate') as is_paid
from happened
where touched_at < utc(cast(as_of() as timestamp));
