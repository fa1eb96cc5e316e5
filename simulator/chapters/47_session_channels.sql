-- The links that visits came over, and which ad brought the paid ones.

-- A paid visit belongs to the cell of its channel and day that its response earns.
create table plan.ad_visits as
select
    visits.visit_number,
    cells.cell_number,
    cells.campaign_id,
    cells.adgroup_id,
    cells.creative_id,
    cells.keyword_id,
    cells.audience_id,
    cells.platform,
    cells.is_abroad
from plan.visit_channels as visits
asof inner join (select * from plan.ad_days where response > 0) as cells
    on
        visits.channel_id = cells.channel_id
        and visits.day = cells.day
        and uniform('which ad', visits.visit_number) >= cells.share_begins;

-- A view, because it is wide: whoever reads it takes the visits of a month, or those with an order.
create view plan.session_channels as
with placed as (
    select
        visits.*,
        order_touches.live_session_id as bought_in_session_id,
        case
            when visits.channel_id = 'search' then ['baidu', 'bing', 'sogou', 'so360'][
                1 + cast(floor(4 * power(uniform('engine', visits.visit_number), 2)) as integer)
            ]
            when visits.channel_id in ('paid_search', 'feed_ads') then coalesce(ads.platform, 'baidu')
            when visits.channel_id = 'social_commerce' then ['xiaohongshu', 'douyin', 'wechat', 'kuaishou'][
                1 + pick('social', visits.visit_number, 4)
            ]
            when visits.channel_id = 'short_video' then ['douyin', 'kuaishou'][1 + pick('video', visits.visit_number, 2)]
            when visits.channel_id in ('community', 'group_buy') then 'wechat'
            when visits.channel_id = 'kol' then 'kol'
            when visits.channel_id = 'outreach' then ['sms', 'push', 'mail'][1 + pick('message', visits.visit_number, 3)]
            when visits.channel_id = 'affiliate' then ['smzdm', 'fanli'][1 + pick('affiliate', visits.visit_number, 2)]
            when visits.channel_id = 'content' then ['zhihu', 'weibo'][1 + pick('site', visits.visit_number, 2)]
            when visits.channel_id = 'livestream' then 'live'
            when visits.channel_id = 'recommendation' then ['home_feed', 'related', 'push_feed'][1 + pick('feed', visits.visit_number, 3)]
            when visits.channel_id = 'other' then 'partner'
        end as sub_channel,
        ads.campaign_id,
        ads.adgroup_id,
        ads.creative_id,
        ads.keyword_id,
        ads.audience_id
    from plan.visit_channels as visits
    left join plan.ad_visits as ads using (visit_number)
    left join plan.order_touches as order_touches using (visit_number)
)

select
    placed.visit_number,
    placed.day,
    placed.outcome,
    placed.channel_id,
    placed.sub_channel,
    placed.campaign_id,
    placed.adgroup_id,
    placed.creative_id,
    placed.keyword_id,
    placed.audience_id,
    kol_visits.kol_id,
    coalesce(kol_visits.post_id, own_posts.post_id) as post_id,
    -- A visit from a livestream goes to the session it bought in, or to the last one that has begun.
    case when placed.channel_id = 'livestream' then coalesce(placed.bought_in_session_id, sessions.live_session_id) end
        as live_session_id,
    case when placed.channel_id != 'direct' then placed.sub_channel end as utm_source,
    case placed.channel_id
        when 'search' then 'organic' when 'paid_search' then 'cpc' when 'feed_ads' then 'feed'
        when 'social_commerce' then 'social' when 'short_video' then 'video' when 'livestream' then 'live'
        when 'direct' then null when 'other' then 'referral' else placed.channel_id
    end as utm_medium,
    case
        when placed.channel_id in ('direct', 'outreach', 'community', 'group_buy', 'recommendation') then null
        when placed.sub_channel in ('kol', 'live', 'partner') then placed.sub_channel || '.example'
        else 'www.' || placed.sub_channel || '.com'
    end as referrer_host
from placed
left join plan.kol_visits as kol_visits on placed.visit_number = kol_visits.visit_number
left join plan.own_posts as own_posts
    on
        placed.channel_id in ('short_video', 'content')
        and cast(date_trunc('week', placed.day) as date) = own_posts.week_begins
        and own_posts.format = case placed.channel_id when 'short_video' then 'short_video' else 'image_text' end
asof left join plan.live_sessions as sessions on placed.started_at >= sessions.started_at;
