-- What channels did to orders, and what advertising platforms say.

create or replace table shop.orders as
select
    orders.* replace (
        coalesce(order_touches.channel_id, channels.channel_id, orders.channel_id) as channel_id,
        channels.campaign_id as campaign_id,
        channels.utm_source as utm_source,
        channels.utm_medium as utm_medium,
        kol_orders.promo_code as promo_code,
        order_touches.live_session_id as live_session_id,
        order_touches.group_id as group_id
    )
from shop.orders as orders
inner join plan.orders as planned using (order_id)
left join (select * from plan.session_channels where outcome = 'order') as channels using (visit_number)
left join plan.order_touches as order_touches using (visit_number)
left join plan.kol_orders as kol_orders using (order_id);

-- Platforms book a click on the day of the account's own time zone.
create table plan.ad_results as
select
    ads.cell_number,
    cast(case
        when ads.is_abroad then timezone('America/Los_Angeles', timezone('UTC', visits.started_at))
        else timezone('Asia/Shanghai', timezone('UTC', visits.started_at))
    end as date) as spend_date,
    count(*) as visits,
    count(orders.order_number) as conversions,
    coalesce(sum(orders.gmv), 0) as gmv
from plan.ad_visits as ads
inner join plan.visit_channels as visits using (visit_number)
left join plan.paid_orders as orders using (visit_number)
group by all;

create table shop.ad_spend as
with shown as (
    select
        days.*,
        days.cell_number * 1000 + datediff('day', first_day(), days.day) as ad_key,
        case when days.is_abroad then 7.1 else 1.0 end as rate,
        coalesce(results.visits, 0) as visits,
        coalesce(results.conversions, 0) as conversions,
        coalesce(results.gmv, 0) as gmv
    from plan.ad_days as days
    left join plan.ad_results as results
        on days.cell_number = results.cell_number and days.day = results.spend_date
),

-- Some clicks never arrive; where nobody does, all that is left is what the money buys.
clicked as (
    select
        *,
        cast(round(
            visits * (1.08 + 0.25 * uniform('lost clicks', ad_key))
            + case when is_wasted then spend / (4 + 4 * uniform('price of a click', cell_number)) else 0 end
        ) as bigint) as clicks
    from shown
)

select
    day as spend_date,
    platform,
    case when is_abroad then 'America/Los_Angeles' else 'Asia/Shanghai' end as account_tz,
    campaign_id,
    adgroup_id,
    creative_id,
    coalesce(keyword_id, 'none') as keyword_id,
    coalesce(audience_id, 'none') as audience_id,
    case when is_abroad then 'USD' else 'CNY' end as currency_code,
    cast(clicks + round((clicks + spend * 0.1) * (20 + 60 * uniform('seen', ad_key))) as bigint) as impressions,
    clicks,
    cast(round(
        greatest(0.2, spend / rate / greatest(1, clicks)) * (1 + 0.2 * uniform('bid', ad_key)), 4
    ) as decimal(18, 4)) as bid,
    cast(round(spend / rate, 2) as decimal(18, 2)) as spend,
    -- K129. Platforms claim what they brought, and some of what would have come anyway.
    cast(round(
        conversions * parameter('marketing.ads.overclaim')
        + 0.02 * clicks * (parameter('marketing.ads.overclaim') - 1) * uniform('claims', ad_key), 4
    ) as decimal(18, 4)) as platform_conversions,
    cast(round(gmv / rate * parameter('marketing.ads.overclaim'), 2) as decimal(18, 2)) as platform_value
from clicked;
