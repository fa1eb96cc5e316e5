-- What customers say elsewhere: interests on other platforms, pieces they post, and surveys.

-- A profile on another platform; some are linked to an account, some to the union id, some to nobody.
create table truth.social_profiles as
select
    ['weibo', 'xiaohongshu', 'douyin', 'bilibili', 'wechat'][1 + pick('platform', person_number, 5)] as platform,
    's' || substr(md5('social' || person_number), 1, 14) as social_id,
    person_number
from plan.members
where uniform('has profile', person_number) < parameter('voices.social_profiles');

create table shop.social_interests as
select
    profiles.platform,
    profiles.social_id,
    case when uniform('profile linked', profiles.person_number) < 0.5 then members.user_id end as user_id,
    case when uniform('profile linked', profiles.person_number) between 0.4 and 0.75 then members.union_id end as union_id,
    interests.interest,
    utc(cast(first_day() as timestamp))
    + uniform('observed', profiles.person_number * 10 + interests.interest_number) * (as_of() - first_day() - 1)
    * interval 1 day as observed_at,
    uniform('consents', profiles.person_number) < parameter('voices.consent') as has_consent,
    round(0.2 + 0.8 * uniform('interest score', profiles.person_number * 10 + interests.interest_number), 3) as score
from truth.social_profiles as profiles
inner join plan.members as members using (person_number)
cross join (
    values
    (0, 'home_living'), (1, 'beauty'), (2, 'parenting'), (3, 'pets'), (4, 'coffee'),
    (5, 'outdoor'), (6, 'digital'), (7, 'fashion'), (8, 'food'), (9, 'reading')
) as interests (interest_number, interest)
where uniform('interested', profiles.person_number * 10 + interests.interest_number) < 0.3
order by profiles.platform, profiles.social_id, interests.interest;

create table plan.review_phrases as
select
    is_good,
    topic,
    text,
    row_number() over (partition by is_good order by topic, text) - 1 as phrase_number,
    count(*) over (partition by is_good) as phrases
from (
    values
    (true, 'use_scene', '在家里用刚刚好,家人都喜欢'), (true, 'use_scene', '出门带着很方便'),
    (true, 'use_scene', '办公室放一个,天天用'), (true, 'function', '功能齐全,做工扎实'),
    (true, 'function', '效果比想象的好'), (true, 'function', '操作简单,说明书清楚'),
    (true, 'word_of_mouth', '朋友推荐的,果然不错'), (true, 'word_of_mouth', '回购好几次了,推荐'),
    (true, 'word_of_mouth', '物流快,包装好,五星'), (false, 'use_scene', '放家里有点占地方'),
    (false, 'function', '用了几天就有问题'), (false, 'function', '和描述不太一样,失望'),
    (false, 'word_of_mouth', '看别人说好才买的,一般'), (false, 'word_of_mouth', '客服回复太慢,不会再买')
) as written (is_good, topic, text);

create table shop.ugc as
with delivered as (
    select
        orders.order_id,
        orders.user_id,
        lines.line_key,
        lines.sku_number,
        orders.refunded > 0 as is_refunded,
        fulfilment.delivered_at
        + (12 + 24 * 9 * uniform('posted', lines.line_key)) * interval 1 hour as posted_at
    from plan.order_lines as lines
    inner join plan.order_values as orders using (order_number)
    inner join plan.fulfilment as fulfilment using (order_number)
    where uniform('posts', lines.line_key) < parameter('voices.posts') and fulfilment.delivered_at is not null
),

rated as (
    select
        *,
        case
            when uniform('rating', line_key) < case when is_refunded then 0.35 else 0.06 end
                then 1 + pick('low rating', line_key, 3)
            when uniform('rating', line_key) < 0.3 then 4
            else 5
        end as rating
    from delivered
),

posts as (
    select
        'UG' || line_key as ugc_id,
        rated.user_id,
        rated.order_id,
        'SKU' || lpad(cast(rated.sku_number as varchar), 5, '0') as sku_id,
        case
            when uniform('post platform', rated.line_key) < 0.8 then 'own_store'
            else ['xiaohongshu', 'xiaohongshu', 'douyin', 'weibo', 'wechat'][1 + pick('post platform', rated.line_key, 5)]
        end as platform,
        case
            when uniform('post type', rated.line_key) < 0.7 then 'review'
            when uniform('post type', rated.line_key) < 0.92 then 'photo'
            else 'video'
        end as ugc_type,
        phrases.topic,
        phrases.text,
        rated.posted_at,
        cast(rated.rating as integer) as rating,
        cast(floor(exp(3 + 1.5 * normal('post views', rated.line_key))) as bigint) as views
    from rated
    inner join plan.review_phrases as phrases
        on
            (rated.rating >= 4) = phrases.is_good
            and pick('post text', rated.line_key, phrases.phrases) = phrases.phrase_number
),

quality_reports as (
    select
        'UQ' || sku_number as ugc_id,
        cast(null as varchar) as user_id,
        cast(null as varchar) as order_id,
        sku_id,
        'own_store' as platform,
        'quality_report' as ugc_type,
        'function' as topic,
        '第三方检测合格' as text,
        greatest(utc(cast(launched_on as timestamp)), utc(cast(first_day() as timestamp)))
        + (1 + 90 * uniform('report day', sku_number)) * interval 1 day as posted_at,
        cast(null as integer) as rating,
        cast(floor(exp(5 + normal('report views', sku_number))) as bigint) as views
    from plan.skus
    where uniform('quality report', sku_number) < parameter('voices.quality_reports')
)

select
    ugc_id,
    user_id,
    order_id,
    sku_id,
    platform,
    ugc_type,
    topic,
    case when platform != 'own_store' then 'https://shop.example/p/' || sku_id || '?from=' || ugc_id end as link,
    text,
    posted_at,
    rating,
    views
from (
    select * from posts
    union all
    select * from quality_reports
) as pieces
where posted_at < utc(cast(as_of() as timestamp))
order by ugc_id;

-- A survey in the last month of each half-year, of accounts and of people outside the shop (K147).
create table shop.surveys as
with waves as (
    select
        row_number() over (order by half_ends) as wave_number,
        half_ends,
        half
    from (
        select distinct
            year(day) || 'H' || (1 + (month(day) - 1) // 6) as half,
            cast(date_trunc('year', day) + (1 + (month(day) - 1) // 6) * interval 6 month as date) as half_ends
        from plan.days
    ) as halves
    where half_ends <= as_of()
),

accounts as (
    select
        user_id,
        registered_at,
        row_number() over (order by person_number) - 1 as account_number
    from plan.members
),

answers as (
    select
        waves.*,
        answer_number,
        waves.wave_number * 10000000 + answer_number as answer_key,
        uniform('survey inside', waves.wave_number * 10000000 + answer_number) < 0.7 as is_inside,
        pick('survey account', waves.wave_number * 10000000 + answer_number, counted.account_count) as account_number
    from waves
    cross join range(cast(greatest(200, round(parameter('voices.survey_answers') * scale())) as bigint)) as numbers (answer_number)
    cross join (select count(*) as account_count from accounts) as counted
)

select
    'SV-' || answers.half as survey_id,
    'R' || answers.answer_key as response_id,
    case
        when answers.is_inside and accounts.registered_at < utc(cast(answers.half_ends as timestamp)) - interval 30 day
            then accounts.user_id
    end as user_id,
    answers.half as wave,
    case
        when uniform('left a cart', answers.answer_key) < 0.6
            then ['freight', 'freight', 'freight', 'payment_method', 'payment_method', 'price', 'price', 'delivery_time',
                'trust', 'just_looking', 'just_looking', 'other'][1 + pick('abandon reason', answers.answer_key, 12)]
    end as abandon_reason,
    utc(cast(answers.half_ends as timestamp)) - (0.1 + 28 * uniform('answered', answers.answer_key)) * interval 1 day
        as answered_at,
    (answers.is_inside and accounts.registered_at < utc(cast(answers.half_ends as timestamp)) - interval 30 day)
    or uniform('aware', answers.answer_key)
    < parameter('voices.awareness') + parameter('voices.awareness_growth') * (answers.wave_number - 1) as is_brand_aware,
    cast(1 + least(4, floor(5 * power(uniform('trust', answers.answer_key), 0.55))) as integer) as trust_score,
    cast(least(10, floor(11 * power(uniform('recommends', answers.answer_key), 0.45))) as integer) as nps
from answers
inner join accounts using (account_number)
order by survey_id, response_id;
