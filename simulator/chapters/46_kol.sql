-- KOLs: collaborations by the month, their posts, and what they cost.

create table plan.kols as
select
    kol_number,
    'K' || kol_number as kol_id,
    case when kol_number <= 2 then 'head' when kol_number <= 6 then 'mid' else 'tail' end as tier,
    case when kol_number <= 2 then 8.0 when kol_number <= 6 then 3.0 else 1.0 end as reach,
    case when kol_number <= 2 then 2.2 when kol_number <= 6 then 0.8 else 0.7 end as price,
    kol_number > 10 as is_koc,
    ['beauty', 'home', 'appliances', 'pets', 'baby', 'food', 'apparel', 'sports', 'digital', 'books'][
        1 + pick('vertical', kol_number, 10)
    ] as category_id
from range(1, 15) as numbers (kol_number);

-- Five collaborations a month, none in the month before the latest half.
create table plan.kol_contracts as
with months as (
    select distinct cast(date_trunc('month', day) as date) as month_begins
    from plan.days
    where
        date_trunc('month', day) < date_trunc('quarter', as_of() - interval 4 month) - interval 1 month
        or date_trunc('month', day) >= date_trunc('quarter', as_of() - interval 4 month)
),

ranked as (
    select
        months.month_begins,
        kols.*,
        row_number() over (
            partition by months.month_begins
            order by
                uniform('collaborates', kols.kol_number * 1000 + datediff('month', first_day(), months.month_begins)),
                kols.kol_number
        ) as place
    from months
    cross join plan.kols as kols
)

select
    'KC-' || strftime(month_begins, '%Y%m') || '-' || kol_id as contract_id,
    'KOL' || strftime(month_begins, '%y%m') || kol_number as promo_code,
    row_number() over (order by month_begins, kol_number) as contract_number,
    *,
    (sum(reach) over (partition by month_begins order by kol_number) - reach)
    / sum(reach) over (partition by month_begins) as share_begins
from ranked
where place <= 5;

-- A visit from a KOL comes over one of the posts that its collaboration has made by then.
create table plan.kol_visits as
with chosen as (
    select
        visits.visit_number,
        visits.day,
        contracts.contract_id,
        contracts.kol_id,
        contracts.promo_code
    from plan.visit_channels as visits
    asof inner join plan.kol_contracts as contracts
        on
            cast(date_trunc('month', visits.day) as date) = contracts.month_begins
            and uniform('which kol', visits.visit_number) >= contracts.share_begins
    where visits.channel_id = 'kol'
)

select
    *,
    contract_id || '-' || (1 + pick('post', visit_number, 1 + least(3, (day(day) - 1) // 7))) as post_id
from chosen;

-- Own posts, one a week and format; visits from content and short videos come over them.
create table plan.own_posts as
select
    'OP-' || strftime(week_begins, '%Y%m%d') || '-' || format as post_id,
    week_begins,
    format,
    row_number() over (order by week_begins, format) as post_number
from (select distinct cast(date_trunc('week', day) as date) as week_begins from plan.days) as weeks
cross join (values ('short_video'), ('image_text')) as formats (format)
where week_begins >= first_day();

-- K053. Orders of the 30 days after a KOL's visit, unless another channel came between, carry the
-- KOL's code.
create table plan.kol_orders as
select
    credited.order_id,
    credited.gmv,
    kol_visits.contract_id,
    kol_visits.promo_code
from plan.credited as credited
inner join plan.kol_visits as kol_visits on credited.credited_visit_number = kol_visits.visit_number;

-- What collaborations of a half cost together follows from what they sold; head KOLs take more of it
-- than they bring.
create table shop.kol_contracts as
with sold as (
    select
        contracts.*,
        year(contracts.month_begins) * 2 + (month(contracts.month_begins) - 1) // 6 as half,
        coalesce(sums.gmv, 0) as gmv
    from plan.kol_contracts as contracts
    left join (select contract_id, sum(gmv) as gmv from plan.kol_orders group by contract_id) as sums
        using (contract_id)
),

weighted as (
    select
        *,
        cast(round(gmv * parameter('marketing.kol.samples'), 2) as decimal(18, 2)) as sample_cost,
        cast(reach * price * (0.5 + uniform('fee', contract_number)) as decimal(18, 4)) as fee_weight,
        sum(gmv) over (partition by half)
        * (
            1 / parameter('marketing.kol.gmv_per_cost')
            - parameter('marketing.kol.commission') - parameter('marketing.kol.samples')
        ) as fees
    from sold
)

select
    contract_id,
    kol_id,
    '达人' || kol_id as kol_name,
    tier,
    category_id as vertical,
    category_id,
    promo_code,
    month_begins as starts_date,
    cast(month_begins + interval 1 month as date) as ends_date,
    cast(round(reach * 60000 * (0.7 + 0.6 * uniform('followers', kol_number))) as bigint) as followers,
    cast(round(greatest(0, fees * fee_weight / sum(fee_weight) over (partition by half)), 2) as decimal(18, 2))
        as fee_fixed,
    cast(parameter('marketing.kol.commission') as double) as commission_rate,
    sample_cost
from weighted;

create table shop.kol_posts as
with visits as (
    select post_id, count(*) as visits from plan.kol_visits group by post_id
    union all
    select own.post_id, count(*)
    from plan.visit_channels as visits
    inner join plan.own_posts as own
        on
            cast(date_trunc('week', visits.day) as date) = own.week_begins
            and own.format = case visits.channel_id when 'short_video' then 'short_video' else 'image_text' end
    where visits.channel_id in ('short_video', 'content')
    group by own.post_id
),

posts as (
    select
        contracts.contract_id || '-' || post as post_id,
        contracts.contract_id,
        contracts.kol_id,
        case when contracts.is_koc then 'koc' else 'kol' end as author_type,
        contracts.promo_code,
        contracts.contract_number * 8 + post as post_key,
        ['short_video', 'image_text', 'live'][1 + pick('post format', contracts.contract_number * 8 + post, 3)]
            as format,
        utc(cast(contracts.month_begins as timestamp) + ((post - 1) * 7 * 24 + 0.1) * interval 1 hour) as posted_at,
        cast(0 as decimal(18, 2)) as production_cost
    from plan.kol_contracts as contracts
    cross join range(1, 5) as numbers (post)
    union all
    select
        post_id,
        null,
        null,
        'own_team',
        null,
        1000000 + post_number,
        format,
        utc(cast(week_begins as timestamp) + interval 5 minute),
        cast(case format when 'short_video' then 800 else 200 end * greatest(0.1, scale()) as decimal(18, 2))
    from plan.own_posts
)

select
    posts.post_id,
    contract_id,
    kol_id,
    author_type,
    ['douyin', 'xiaohongshu', 'weibo', 'bilibili', 'wechat', 'kuaishou'][1 + pick('post platform', post_key, 6)]
        as platform,
    format,
    ['use_scene', 'function', 'word_of_mouth'][1 + pick('topic', post_key, 3)] as topic,
    'SKU' || lpad(cast(pick('post product', post_key, 200) as varchar), 5, '0') as sku_id,
    'https://shop.example/p/' || posts.post_id as link,
    promo_code,
    posted_at,
    cast(round((coalesce(visits.visits, 0) * 1.2 + 200 * scale()) * (25 + 30 * uniform('views', post_key))) as bigint)
        as views,
    cast(round(coalesce(visits.visits, 0) * 1.2) as bigint) as clicks,
    cast(round((coalesce(visits.visits, 0) + 20 * scale()) * (2 + 3 * uniform('engages', post_key))) as bigint)
        as engagements,
    production_cost
from posts
left join visits using (post_id)
where posted_at < utc(cast(as_of() as timestamp));
