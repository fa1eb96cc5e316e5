-- Searches of a part: on an engine before an arrival, and on the site. The terms fit what the visit is about.

create temp table search_queries as
with made as (
    select
        visits.*,
        true as is_external
    from visits
    where visits.channel_id in ('search', 'paid_search')
    union all
    select
        visits.*,
        false
    from visits
    where visits.outcome != 'bounce' and uniform('searches', visits.visit_number) < parameter('marketing.searches.on_site')
),

-- K110. Whoever is about to buy comes over a converting long-tail term oftener than others.
termed as (
    select
        made.* exclude (keyword_id),
        skus.sku_id,
        skus.category_id,
        made.keyword_id as bought_keyword_id,
        made.visit_number * 2 + cast(made.is_external as bigint) as search_key,
        made.outcome = 'order'
        and uniform('hot term', made.visit_number) < parameter('marketing.searches.hot_long_tail') as is_hot
    from made
    inner join plan.skus as skus on made.wanted_sku_number = skus.sku_number
),

hot as (
    select
        *,
        row_number() over (partition by category_id order by keyword_number) - 1 as place
    from plan.keywords
    where is_hot_long_tail
),

keyed as (
    select
        termed.*,
        coalesce(
            termed.bought_keyword_id,
            case when termed.is_hot then hot.keyword_id end,
            keywords.keyword_id
        ) as keyword_id
    from termed
    asof inner join plan.keywords as keywords
        on
            termed.category_id = keywords.category_id
            and uniform('term', termed.search_key) >= keywords.share_begins
    inner join hot
        on termed.category_id = hot.category_id and pick('which hot term', termed.visit_number, 3) = hot.place
)

select
    -- A search on the site is an event of its visit.
    case when keyed.is_external then 'SX' || keyed.visit_number else 'E' || (keyed.visit_number * 256 + 240) end
        as event_id,
    case when keyed.is_external then case when keyed.sub_channel in ('baidu', 'bing', 'sogou', 'so360', 'tmall')
        then keyed.sub_channel else 'other' end else 'on_site' end as engine,
    keyed.visitor_id,
    case when not keyed.is_external and keyed.outcome = 'order' then keyed.user_id end as user_id,
    keyed.keyword_id,
    keywords.keyword_text as query_text,
    case when keyed.is_external then '/landing' end as landing_page,
    case
        when keyed.outcome = 'order' or (keyed.outcome != 'bounce' and uniform('clicks', keyed.search_key) < 0.5)
            then keyed.sku_id
    end as clicked_sku_id,
    case
        when keyed.is_external then keyed.started_at - interval 5 second
        else keyed.started_at + keyed.engaged_seconds * 0.05 * interval 1 second
    end as searched_at,
    keyed.is_external and keyed.channel_id = 'paid_search' as is_paid,
    case when keyed.is_external then cast(1 + pick('rank', keyed.search_key, 12) as integer) end as rank,
    case when keyed.is_external and keyed.sub_channel = 'baidu'
        then cast(20 + pick('engine shows', keyed.search_key, 400) as bigint) end as impressions,
    case when not keyed.is_external then cast(case when uniform('nothing found', keyed.search_key) < 0.03 then 0
        else 1 + pick('found', keyed.search_key, 180) end as integer) end as result_count
from keyed
inner join plan.keywords as keywords on keyed.keyword_id = keywords.keyword_id
where keyed.started_at + keyed.engaged_seconds * 0.05 * interval 1 second < utc(cast(as_of() as timestamp));
