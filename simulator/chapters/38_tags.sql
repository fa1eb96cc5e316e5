-- Tags: 23 dimensions of every customer, set twice in the last half-year (K068), and a sample that
-- people checked by hand (K071).

create table plan.tag_cuts as
select
    version,
    utc(cast(days_later(as_of(), -days_before) as timestamp)) as cut_at
from (values ('tags-3', 122), ('tags-4', 30)) as versions (version, days_before)
where days_later(as_of(), -days_before) > first_day();

-- What the shop knows of each customer at the cut.
create table plan.customer_facts as
with facts as (
    select
        cuts.version,
        cuts.cut_at,
        orders.person_number,
        count(*) filter (where orders.paid_at >= cuts.cut_at - interval 365 day) as orders_in_year,
        coalesce(sum(orders.amount) filter (where orders.paid_at >= cuts.cut_at - interval 365 day), 0) as amount_in_year,
        avg(orders.amount) as order_value,
        min(orders.paid_at) as first_paid_at,
        epoch(cuts.cut_at - max(orders.paid_at)) / 86400 as days_silent,
        avg((orders.refunded > 0)::int) as refund_share,
        max(hour(orders.paid_at + interval 8 hour)) as latest_hour
    from plan.tag_cuts as cuts
    inner join plan.order_values as orders on orders.paid_at < cuts.cut_at
    group by cuts.version, cuts.cut_at, orders.person_number
),

categories as (
    select
        cuts.version,
        orders.person_number,
        lines.category_id,
        sum(lines.list_price * lines.quantity) as amount
    from plan.tag_cuts as cuts
    inner join plan.order_values as orders on orders.paid_at < cuts.cut_at
    inner join plan.order_lines as lines using (order_number)
    group by cuts.version, orders.person_number, lines.category_id
),

favourites as (
    select
        version,
        person_number,
        count(*) as category_count,
        arg_max(category_id, (amount, category_id)) as category_id
    from categories
    group by version, person_number
),

tiers as (
    select
        cuts.version,
        terms.person_number,
        arg_max(terms.tier, terms.started_at) as tier
    from plan.tag_cuts as cuts
    inner join plan.tier_terms as terms on terms.started_at < cuts.cut_at
    group by cuts.version, terms.person_number
),

contacts as (
    select
        cuts.version,
        conversations.person_number,
        count(*) as conversation_count,
        arg_max(scenarios.scenario, (scenarios.scenario != 'none', conversations.conversation_number)) as scenario
    from plan.tag_cuts as cuts
    inner join plan.conversations as conversations on conversations.opened_at < cuts.cut_at
    inner join truth.scenarios as scenarios using (conversation_number)
    group by cuts.version, conversations.person_number
)

select
    facts.*,
    members.user_id,
    members.first_terminal,
    members.region_id,
    members.price_sensitivity,
    favourites.category_id,
    favourites.category_count,
    tiers.tier,
    coalesce(contacts.conversation_count, 0) as conversation_count,
    coalesce(contacts.scenario, 'none') as scenario,
    -- The model sees how a customer minds prices only through a haze.
    least(1, greatest(0, members.price_sensitivity + 0.08 * normal('tag haze', facts.person_number))) as promotion_score
from facts
inner join plan.members as members using (person_number)
inner join favourites using (version, person_number)
inner join tiers using (version, person_number)
left join contacts using (version, person_number);

create table shop.tags as
with valued as (
    select
        version,
        cut_at,
        user_id,
        unnest([
            {'d': 'life_cycle_layer', 'v': case
                when first_paid_at >= cut_at - interval 90 day then 'new'
                when days_silent < 90 then 'active' when days_silent < 180 then 'silent' else 'lapsed' end, 's': null},
            {'d': 'rfm_segment', 'v': case
                when days_silent >= 180 then 'lapsed'
                when orders_in_year >= 4 and amount_in_year >= 1500 then 'high_value'
                when orders_in_year >= 2 then 'potential' else 'general' end, 's': null},
            {'d': 'predicted_margin_band', 'v': case
                when amount_in_year >= 2000 then 'high' when amount_in_year >= 500 then 'middle' else 'low' end,
                's': cast(amount_in_year as double) * 0.3},
            {'d': 'churn_risk', 'v': case
                when days_silent >= 150 then 'high' when days_silent >= 60 then 'middle' else 'low' end,
                's': least(1, days_silent / 240)},
            {'d': 'promotion_sensitivity', 'v': case
                when promotion_score >= 0.66 then 'high' when promotion_score >= 0.33 then 'middle' else 'low' end,
                's': promotion_score},
            {'d': 'price_band_preference', 'v': case
                when order_value >= 500 then 'high' when order_value >= 150 then 'middle' else 'low' end, 's': null},
            {'d': 'quality_seeking', 'v': case when promotion_score < 0.4 and order_value >= 250 then 'yes' else 'no' end,
                's': 1 - promotion_score},
            {'d': 'novelty_seeking', 'v': case when uniform('novelty', person_number) < 0.25 then 'yes' else 'no' end,
                's': uniform('novelty', person_number)},
            {'d': 'live_stream_preference', 'v': case
                when uniform('live', person_number) < 0.15 then 'high'
                when uniform('live', person_number) < 0.45 then 'middle' else 'low' end,
                's': 1 - uniform('live', person_number)},
            {'d': 'content_preference', 'v': ['short_video', 'image_text', 'review'][1 + pick('content', person_number, 3)],
                's': null},
            {'d': 'category_affinity', 'v': category_id, 's': null},
            {'d': 'brand_loyalty', 'v': case when category_count = 1 and orders_in_year >= 3 then 'loyal' else 'switching' end,
                's': null},
            {'d': 'purchase_cycle_state', 'v': case
                when days_silent < 30 then 'fresh' when days_silent < 75 then 'due' else 'overdue' end, 's': null},
            {'d': 'basket_breadth', 'v': case
                when category_count >= 5 then 'broad' when category_count >= 2 then 'middle' else 'narrow' end, 's': null},
            {'d': 'return_propensity', 'v': case
                when refund_share >= 0.4 then 'high' when refund_share >= 0.15 then 'middle' else 'low' end,
                's': refund_share},
            {'d': 'service_contact_propensity', 'v': case
                when conversation_count >= 3 then 'high' when conversation_count >= 1 then 'middle' else 'low' end,
                's': null},
            {'d': 'channel_preference', 'v': ['search', 'recommendation', 'direct'][1 + pick('channel', person_number, 3)],
                's': null},
            {'d': 'terminal_preference', 'v': first_terminal, 's': null},
            {'d': 'active_hour_band', 'v': case
                when latest_hour >= 20 then 'evening' when latest_hour >= 12 then 'afternoon' else 'morning' end, 's': null},
            {'d': 'region_zone', 'v': region_id, 's': null},
            {'d': 'member_tier', 'v': ['ordinary', 'silver', 'gold', 'diamond'][tier], 's': null},
            {'d': 'community_engagement', 'v': case when uniform('community', person_number) < 0.2 then 'high' else 'low' end,
                's': null},
            {'d': 'scenario_need', 'v': scenario, 's': null}
        ]) as tag
    from plan.customer_facts
)

select
    user_id,
    tag.d as tag_dimension,
    tag.v as tag_value,
    version as model_version,
    cut_at as valid_from_at,
    (select min(later.cut_at) from plan.tag_cuts as later where later.cut_at > valued.cut_at) as valid_to_at,
    cast(tag.s as double) as score
from valued
order by user_id, tag_dimension, valid_from_at;

-- K071: of each labelled dimension the planted share of the sample was tagged rightly.
create table plan.tag_samples as
with latest as (
    select
        tags.user_id,
        tags.tag_dimension,
        tags.tag_value,
        count(*) over (partition by tags.tag_dimension, tags.tag_value) as stratum_size,
        row_number() over (
            partition by tags.tag_dimension
            order by uniform('labelled ' || tags.tag_dimension, hash(tags.user_id) >> 1), tags.user_id
        ) as sample_rank
    from shop.tags as tags
    where
        tags.valid_to_at is null
        and tags.tag_dimension in ('rfm_segment', 'life_cycle_layer', 'promotion_sensitivity', 'churn_risk')
),

sampled as (
    select
        *,
        row_number() over (order by tag_dimension, sample_rank) as label_number,
        count(*) over (partition by tag_dimension) as sample_size,
        count(*) over (partition by tag_dimension, tag_value) as stratum_sample
    from latest
    where sample_rank <= greatest(300, round(parameter('tags.labelled') * scale()))
),

vocabulary as (
    select
        tag_dimension,
        tag_value,
        row_number() over (partition by tag_dimension order by tag_value) - 1 as value_number,
        count(*) over (partition by tag_dimension) as value_count
    from (select distinct tag_dimension, tag_value from sampled) as used
)

select
    sampled.*,
    case
        -- The first ranks of the sample are a random part of it.
        when sampled.sample_rank <= round(sampled.sample_size * parameter('tags.accuracy')) then sampled.tag_value
        else others.tag_value
    end as labelled_value
from sampled
inner join vocabulary as own
    on sampled.tag_dimension = own.tag_dimension and sampled.tag_value = own.tag_value
inner join vocabulary as others
    on
        sampled.tag_dimension = others.tag_dimension
        and (own.value_number + 1 + pick('labelled otherwise', sampled.label_number, own.value_count - 1))
        % own.value_count = others.value_number;

create table shop.tag_labels as
with scenario_sample as (
    select
        scenarios.conversation_id,
        scenarios.conversation_number,
        scenarios.scenario,
        row_number() over (
            partition by scenarios.scenario
            order by uniform('labelled scenario', scenarios.conversation_number), scenarios.conversation_number
        ) as sample_rank,
        count(*) over (partition by scenarios.scenario) as stratum_size
    from truth.scenarios as scenarios
),

scenario_labels as (
    select
        *,
        count(*) over (partition by scenario) as stratum_sample
    from scenario_sample
    where
        sample_rank <= greatest(40, round(parameter('tags.labelled_conversations') * scale() / 7))
        * case scenario when 'none' then 2 else 1 end
)

select
    'LT' || label_number as label_id,
    user_id,
    cast(null as varchar) as conversation_id,
    tag_dimension,
    labelled_value,
    'labeller-' || (1 + pick('labeller', label_number, 4)) as labelled_by,
    tag_value as stratum,
    utc(cast(as_of() as timestamp)) - (1 + 24 * uniform('labelled at', label_number)) * interval 1 day as labelled_at,
    cast(stratum_size as double) / stratum_sample as sample_weight
from plan.tag_samples
union all
select
    'LS' || conversation_number,
    null,
    conversation_id,
    'scenario',
    scenario,
    'labeller-' || (1 + pick('scenario labeller', conversation_number, 4)),
    scenario,
    utc(cast(as_of() as timestamp)) - (1 + 24 * uniform('scenario labelled at', conversation_number)) * interval 1 day,
    cast(stratum_size as double) / stratum_sample
from scenario_labels
order by label_id;
