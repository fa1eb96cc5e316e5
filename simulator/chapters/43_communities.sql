-- Communities: an adviser's for each category, one for each group-buy campaign, one for fans of
-- livestreams and one for service.

create table shop.communities as
select
    'CM-' || category_id as community_id,
    category_name || '顾问群' as community_name,
    'category_adviser' as community_type,
    category_id,
    'AD' || (1 + row_number() over (order by category_id) % 6) as advisor_id,
    cast(null as varchar) as promo_id,
    utc(cast(first_day() as timestamp) + interval 9 hour) as created_at,
    cast(null as timestamp) as closed_at
from shop.categories
union all
select
    'CM-' || promo_id,
    promo_name || '群',
    'fission',
    null,
    'AD' || (1 + row_number() over (order by promo_id) % 6),
    promo_id,
    starts_at,
    case when ends_at + interval 120 day < utc(cast(as_of() as timestamp)) then ends_at + interval 120 day end
from shop.promo_calendar
where promo_type = 'group_buy'
union all
select
    community_id,
    community_name,
    community_type,
    null,
    advisor_id,
    null,
    utc(cast(first_day() as timestamp)),
    null
from (
    values ('CM-live', '直播粉丝群', 'live_fans', 'AD1'), ('CM-service', '会员服务群', 'member_service', 'AD2')
) as others (community_id, community_name, community_type, advisor_id);

-- K082. Buyers of the past are in a community since before the latest half, and stay. Together with
-- fission users, so many of them order in each of its two quarters that the repurchase is exact in
-- both: the share decides how many of each kind of buyer - in both quarters, one, none - are members.
create table plan.community_buyers as
with quarters as (
    select
        cast(date_trunc('quarter', as_of() - interval 4 month) as date) as first_quarter,
        cast(date_trunc('quarter', as_of() - interval 1 day) as date) as second_quarter
),

fission as (
    select distinct fission.person_number
    from plan.fission as fission
    inner join plan.group_orders using (order_number)
    inner join shop.group_buys as group_buys using (group_id)
    where group_buys.community_id is not null
),

buyers as (
    select
        orders.person_number,
        any_value(fission.person_number) is not null as is_fission,
        min(orders.day) < any_value(quarters.first_quarter) as is_before_first,
        min(orders.day) < any_value(quarters.second_quarter) as is_before_second,
        bool_or(orders.day >= quarters.first_quarter and orders.day < quarters.second_quarter) as in_first,
        bool_or(orders.day >= quarters.second_quarter) as in_second
    from plan.paid_orders as orders
    cross join quarters
    left join fission using (person_number)
    group by orders.person_number
),

sizes as (
    select
        round(parameter('marketing.communities.share_of_buyers') * count(*) filter (where is_before_first)) as others,
        count(*) filter (where is_fission and is_before_first) as fission_first,
        count(*) filter (where is_fission and is_before_first and in_first) as fission_in_first,
        count(*) filter (where is_fission and is_before_second) as fission_second,
        count(*) filter (where is_fission and is_before_second and in_second) as fission_in_second
    from buyers
),

wanted as (
    select
        others,
        round(parameter('marketing.communities.quarterly_repurchase') * (others + fission_first)) - fission_in_first
            as in_first,
        round(parameter('marketing.communities.quarterly_repurchase') * (others + fission_second)) - fission_in_second
            as in_second
    from sizes
),

-- Who orders in one quarter is likelier to order in the next.
kinds as (
    select
        others,
        in_first,
        in_second,
        greatest(
            in_first + in_second - others,
            least(in_first, in_second, round(in_first * in_second / others * 1.25))
        ) as in_both
    from wanted
),

ranked as (
    select
        person_number,
        in_first,
        in_second,
        row_number() over (partition by in_first, in_second order by uniform('community', person_number), person_number)
            as buyer_rank
    from buyers
    where is_before_first and not is_fission
)

select ranked.person_number
from ranked
cross join kinds
where
    ranked.buyer_rank <= case
        when ranked.in_first and ranked.in_second then kinds.in_both
        when ranked.in_first then kinds.in_first - kinds.in_both
        when ranked.in_second then kinds.in_second - kinds.in_both
        else kinds.others - kinds.in_first - kinds.in_second + kinds.in_both
    end;

create table plan.community_members as
with favourites as (
    select
        orders.person_number,
        max_by(lines.category_id, lines.list_price * lines.quantity order by lines.line_key) as category_id
    from plan.order_lines as lines
    inner join plan.paid_orders as orders using (order_number)
    semi join plan.community_buyers as buyers on orders.person_number = buyers.person_number
    group by orders.person_number
),

-- Joining lies before the latest half, and after the account was opened.
buyers as (
    select
        members.person_number,
        case
            when uniform('which community', members.person_number) < 0.7 then 'CM-' || favourites.category_id
            when uniform('which community', members.person_number) < 0.85 then 'CM-live'
            else 'CM-service'
        end as community_id,
        ['parcel_card', 'adviser', 'live', 'invitation'][1 + pick('join source', members.person_number, 4)]
            as join_source,
        accounts.registered_at + uniform('joins', members.person_number)
        * (utc(cast(date_trunc('quarter', as_of() - interval 4 month) as timestamp)) - accounts.registered_at)
            as joined_at
    from plan.community_buyers as members
    inner join favourites using (person_number)
    inner join plan.accounts as accounts using (person_number)
),

-- Accounts that never order look on, and some leave.
lookers as (
    select
        accounts.person_number,
        'CM-' || (select list(category_id order by category_id) from shop.categories)[
            1 + pick('which community', accounts.person_number, 10)
        ] as community_id,
        ['content', 'invitation', 'live'][1 + pick('join source', accounts.person_number, 3)] as join_source,
        accounts.registered_at + uniform('joins', accounts.person_number)
        * (utc(cast(as_of() as timestamp)) - accounts.registered_at) as joined_at
    from plan.accounts as accounts
    anti join plan.orders using (person_number)
    where uniform('looks on', accounts.person_number) < parameter('marketing.communities.share_of_lookers')
),

fission as (
    select
        orders.person_number,
        group_buys.community_id,
        'group_buy' as join_source,
        min(orders.joined_at) + interval 10 minute as joined_at
    from plan.group_orders as orders
    semi join plan.fission as fission using (order_number)
    inner join shop.group_buys as group_buys
        on orders.group_id = group_buys.group_id
    where group_buys.community_id is not null
    group by orders.person_number, group_buys.community_id
)

select
    *,
    case
        when join_source in ('content', 'invitation')
            and uniform('leaves', person_number) < 0.25
            and person_number not in (select person_number from plan.community_buyers)
            then joined_at + exponential('stays', person_number) * interval 1 day * 30
    end as planned_left_at
from (select * from buyers union all select * from lookers union all select * from fission) as joined;

create table shop.community_members as
select
    members.community_id,
    'M' || substr(md5('community' || members.person_number), 1, 12) as member_id,
    case when uniform('account known', members.person_number) < 0.9 then accounts.user_id end as user_id,
    accounts.open_id,
    members.join_source,
    members.joined_at,
    case when members.planned_left_at < utc(cast(as_of() as timestamp)) then members.planned_left_at end as left_at
from plan.community_members as members
inner join plan.accounts as accounts using (person_number)
where members.joined_at < utc(cast(as_of() as timestamp));

-- K058. A fission community is lively until its campaign is over, then halves again and again.
create table shop.community_messages as
with months as (
    select
        members.community_id,
        members.person_number,
        communities.advisor_id,
        month_begins,
        members.person_number * 64 + datediff('month', first_day(), month_begins) as month_key
    from plan.community_members as members
    inner join shop.communities as communities using (community_id)
    cross join (select distinct cast(date_trunc('month', day) as date) as month_begins from plan.days) as months
    where month_begins >= date_trunc('month', members.joined_at)
),

wanted as (
    select
        months.*,
        message,
        month_key * 8 + message as message_key
    from months
    cross join lateral (
        select unnest(range(least(7, cast(floor(
            exponential('messages', month_key) * parameter('marketing.communities.messages')
            + uniform('a message', month_key) * 0.5
        ) as bigint)))) as message
    ) as numbers
),

steady as (
    select
        *,
        utc(cast(month_begins as timestamp) + uniform('message day', message_key) * 28 * interval 1 day) as sent_at
    from wanted
    where community_id not like 'CM-fission%'
),

-- Four messages during the campaign, and as many after it as its half-life allows.
fission as (
    select
        members.community_id,
        members.person_number,
        communities.advisor_id,
        members.person_number * 512 + 448 + message as message_key,
        case
            when message < 4
                then members.joined_at + uniform('message day', members.person_number * 512 + 448 + message)
                * greatest(promos.ends_at - members.joined_at, interval 1 hour)
            else promos.ends_at
            + exponential('message day', members.person_number * 512 + 448 + message)
            * parameter('marketing.communities.activity_half_life') / ln(2) * interval 1 day
        end as sent_at
    from plan.community_members as members
    inner join shop.communities as communities using (community_id)
    inner join shop.promo_calendar as promos using (promo_id)
    cross join range(6) as numbers (message)
),

sent as (
    select community_id, person_number, advisor_id, message_key, sent_at from steady
    union all
    select community_id, person_number, advisor_id, message_key, sent_at from fission
),

told as (
    select
        *,
        uniform('adviser writes', message_key) < 0.15 as is_by_adviser,
        case
            when uniform('content', message_key) < 0.50 then 'text'
            when uniform('content', message_key) < 0.65 then 'image'
            when uniform('content', message_key) < 0.75 then 'link'
            when uniform('content', message_key) < 0.83 then 'guide'
            when uniform('content', message_key) < 0.90 then 'coupon'
            when uniform('content', message_key) < 0.96 then 'sample_request'
            else 'sample_review'
        end as content_type
    from sent
    where sent_at < utc(cast(as_of() as timestamp))
)

select
    'CMM' || message_key as message_id,
    community_id,
    case when not is_by_adviser then 'M' || substr(md5('community' || person_number), 1, 12) end as member_id,
    case when is_by_adviser then advisor_id end as advisor_id,
    content_type,
    case
        when content_type in ('link', 'guide', 'sample_request', 'sample_review')
            then 'SKU' || lpad(
                cast(pick('message product', message_key, (select count(*) from plan.skus)) as varchar), 5, '0'
            )
    end as sku_id,
    case when content_type in ('sample_request', 'sample_review') then 'SR' || message_key end as sample_request_id,
    sent_at
from told;
