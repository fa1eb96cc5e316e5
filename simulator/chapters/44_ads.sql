-- Advertisements: campaigns, what they show and to whom, and what is spent. What they bring follows
-- from the channels.

create table shop.campaigns as
select
    campaign_id,
    campaign_name,
    platform,
    channel_id,
    objective,
    promo_id,
    bidding,
    utc(cast(starts_on as timestamp)) as starts_at,
    case when ends_on <= as_of() then utc(cast(ends_on as timestamp)) end as ends_at,
    cast(round(parameter('marketing.ads.spend') * scale() * spend_share, 2) as decimal(18, 2)) as budget
from (
    values
    ('C-BD-BRAND', '百度品牌词', 'baidu', 'paid_search', 'brand', null, 'manual', date '2025-01-01', date '2027-01-01', 0.08),
    ('C-BD-AUTO', '百度智能出价', 'baidu', 'paid_search', 'conversion', null, 'automated', date '2025-01-01', date '2027-01-01', 0.20),
    ('C-BD-GEN', '百度通用词', 'baidu', 'paid_search', 'acquisition', null, 'manual', date '2025-01-01', date '2027-01-01', 0.16),
    ('C-TM-SRCH', '天猫直通车', 'tmall', 'paid_search', 'conversion', null, 'manual', date '2025-03-01', date '2027-01-01', 0.12),
    ('C-DY-FEED', '抖音信息流', 'douyin', 'feed_ads', 'acquisition', null, 'manual', date '2025-01-01', date '2027-01-01', 0.14),
    ('C-DY-AUTO', '抖音智能投放', 'douyin', 'feed_ads', 'conversion', null, 'automated', date '2025-01-01', date '2027-01-01', 0.06),
    ('C-WX-FEED', '朋友圈广告', 'wechat', 'feed_ads', 'retention', null, 'manual', date '2025-01-01', date '2027-01-01', 0.09),
    ('C-KS-FEED', '快手信息流', 'kuaishou', 'feed_ads', 'acquisition', null, 'manual', date '2025-01-01', date '2026-04-01', 0.06),
    ('C-DY-618', '抖音618', 'douyin', 'feed_ads', 'conversion', '618-2026', 'automated', date '2026-05-25', date '2026-06-21', 0.05),
    ('C-GL-FEED', '海外华人', 'other', 'feed_ads', 'acquisition', null, 'manual', date '2025-01-01', date '2027-01-01', 0.04)
) as planned (
    campaign_id, campaign_name, platform, channel_id, objective, promo_id, bidding, starts_on, ends_on, spend_share
)
where starts_on < as_of();

create table shop.audiences as
select
    audience_id,
    audience_name,
    layer,
    rule,
    cast(round(audience_size * scale()) as bigint) as audience_size,
    utc(cast(first_day() as timestamp)) as created_at
from (
    values
    ('AU-BROAD', '全部人群', 'broad', null, 3000000), ('AU-FEMALE', '女性18-45', 'broad', 'gender = female', 1500000),
    ('AU-INT', '兴趣人群', 'interest', 'interest in shopping', 700000),
    ('AU-LAL', '相似人群', 'lookalike', 'like buyers of 90 days', 350000),
    ('AU-RET', '浏览未购', 'retargeting', 'viewed, not bought, 30 days', 90000),
    ('AU-MEM', '会员人群', 'member', 'has an account', 150000)
) as planned (audience_id, audience_name, layer, rule, audience_size);

-- K110. Terms of a category, commonest first: a few words many search for, and a long tail, some of
-- whose terms come from people who know what they want to buy.
create table plan.keywords as
with terms as (
    select
        categories.category_id,
        categories.category_name,
        term_number,
        row_number() over (order by categories.category_id, term_number) as keyword_number,
        cast(1 / power(term_number, 1.1) as decimal(18, 8)) as weight
    from shop.categories as categories
    cross join range(1, 41) as terms (term_number)
)

select
    keyword_number,
    'KW' || lpad(cast(keyword_number as varchar), 4, '0') as keyword_id,
    category_id,
    case when term_number > 4 then ['便携', '送礼', '新手', '小户型', '静音', '敏感肌', '学生', '家用', '进口', '轻便'][
        1 + (term_number * 7) % 10
    ] else '' end
    || category_name
    || case when term_number > 1 then ['', '推荐', '排行', '哪个牌子好', '套装', '怎么选', '性价比', '测评'][1 + term_number % 8]
        || case when term_number > 12 then ['', '大容量', '女士', '男士', '礼盒'][1 + term_number // 10] else '' end
        || case when term_number > 8 then ' ' || term_number else '' end
    else '' end as keyword_text,
    term_number <= 12 as is_bid_on,
    term_number in (33, 36, 39) as is_hot_long_tail,
    (sum(weight) over (partition by category_id order by term_number) - weight)
    / sum(weight) over (partition by category_id) as share_begins
from terms;

create table shop.keywords as
select keyword_id, keyword_text, category_id, is_bid_on
from plan.keywords;

create table truth.keywords as
select keyword_id, is_hot_long_tail
from plan.keywords;

-- K112. New pictures and texts are mostly the old ones.
create table shop.creatives as
with numbered as (
    select
        campaigns.campaign_id,
        campaigns.channel_id,
        campaigns.starts_at,
        creative,
        row_number() over (order by campaigns.campaign_id, creative) as creative_number
    from shop.campaigns as campaigns
    cross join range(6) as numbers (creative)
),

copied as (
    select
        *,
        -- The creative whose picture and text it shows.
        case
            when
                creative > 0
                and uniform('copied creative', creative_number) < parameter('marketing.ads.duplicate_creatives')
                then creative_number - creative
            else creative_number
        end as original
    from numbered
)

select
    campaign_id || '-' || creative as creative_id,
    campaign_id,
    'SKU' || lpad(cast(pick('advertised', original, 200) as varchar), 5, '0') as sku_id,
    case
        when channel_id = 'paid_search' then 'text'
        else ['video', 'image', 'image', '3d'][1 + pick('creative format', original, 4)]
    end as format,
    ['price', 'quality', 'novelty', 'scene', 'gift', 'brand'][1 + pick('angle', original, 6)] as angle,
    [
        '限时特惠,立减好价', '严选品质,放心购买', '新品首发,抢先体验', '居家好物,一站配齐', '送礼之选,体面周到',
        '口碑品牌,值得信赖'
    ][1 + pick('angle', original, 6)] || ['!', '。点击查看', ',今日下单包邮', ',会员再减'][1 + pick('ending', original, 4)] as text,
    case when channel_id != 'paid_search' then md5('asset' || original) end as asset_hash,
    starts_at + creative * 85 * interval 1 day as launched_at
from copied
where starts_at + creative * 85 * interval 1 day < utc(cast(as_of() as timestamp));

-- The smallest things that money is spent on: a keyword or an audience with a creative.
create table plan.ad_cells as
with campaigns as (
    select
        *,
        row_number() over (order by campaign_id) as campaign_number
    from shop.campaigns
),

audiences as (
    select
        *,
        row_number() over (order by audience_id) as audience_number
    from shop.audiences
),

cells as (
    select
        campaigns.campaign_id,
        campaigns.platform,
        campaigns.channel_id,
        campaigns.bidding,
        campaigns.starts_at,
        coalesce(campaigns.ends_at, utc(cast(as_of() as timestamp))) as ends_at,
        campaigns.budget,
        creatives.creative_id,
        creatives.launched_at,
        keywords.keyword_id,
        audiences.audience_id,
        audiences.layer
    from campaigns
    inner join shop.creatives as creatives using (campaign_id)
    left join plan.keywords as keywords
        on
            campaigns.channel_id = 'paid_search' and keywords.is_bid_on
            and uniform('bids on', keywords.keyword_number * 64 + campaigns.campaign_number) < 0.05
    left join audiences
        on
            campaigns.channel_id = 'feed_ads'
            and (campaigns.campaign_number + audiences.audience_number) % 2 = 0
),

numbered as (
    select
        *,
        row_number() over (order by campaign_id, creative_id, keyword_id, audience_id) as cell_number
    from cells
)

select
    *,
    campaign_id || '-' || case when channel_id = 'paid_search' then 'G' else 'A' end || (1 + cell_number % 3)
        as adgroup_id,
    platform = 'other' as is_abroad,
    uniform('wasted', cell_number) < parameter('marketing.ads.wasted_cells') as is_wasted,
    exp(0.8 * normal('cell budget', cell_number)) * case when layer = 'broad' then 2 else 1 end as spend_weight,
    exp(0.3 * normal('cell response', cell_number))
    * case when bidding = 'automated' then 1 + parameter('marketing.ads.automated_lift') else 1 end
    * case when layer = 'broad' then 1 - parameter('marketing.ads.broad_penalty') else 1 end as efficacy
from numbered;

create table truth.ad_cells as
select campaign_id, adgroup_id, creative_id, keyword_id, audience_id, is_wasted, efficacy
from plan.ad_cells;

-- K111, K130. Money follows the shop's season; what it brings saturates: twice the money on the same
-- day brings less than twice the visits, and a creative tires.
create table plan.ad_days as
with spending as (
    select
        cells.*,
        days.day,
        cast(
            days.weight * spend_weight * (0.8 + 0.4 * uniform('ad day', cells.cell_number * 1000 + days.day_number))
            as decimal(18, 6)
        ) as day_weight
    from plan.ad_cells as cells
    inner join plan.days as days
        on
            utc(cast(days.day as timestamp)) >= cells.launched_at
            and utc(cast(days.day as timestamp)) < least(cells.ends_at, cells.launched_at + interval 200 day)
),

spent as (
    select
        *,
        budget * day_weight / sum(day_weight) over (partition by campaign_id) as spend,
        budget / scale() / 800 * 0.3 as half_saturation
    from spending
),

weighted as (
    select
        *,
        cast(case when is_wasted then 0 else
            efficacy
            * exp(-datediff('day', launched_at, utc(cast(day as timestamp))) / parameter('marketing.ads.fatigue'))
            * (spend / scale()) / (spend / scale() + half_saturation) * half_saturation
        end as decimal(18, 4)) as response
    from spent
)

select
    *,
    coalesce(sum(response) over (
        partition by channel_id, day order by cell_number rows between unbounded preceding and 1 preceding
    ), 0) / nullif(sum(response) over (partition by channel_id, day), 0) as share_begins
from weighted;
