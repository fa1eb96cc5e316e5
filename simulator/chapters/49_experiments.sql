-- Experiments. Arms are drawn by lot from persons; whoever is exposed is then thinned out, buyers and
-- others each by a share that depends on the arm, so that conversions differ by the planted effect
-- and all arms are as large. What is left to chance is what chance leaves to a real experiment.

-- The product that a visit is about: what it bought first, or else something popular.
create table plan.visit_products as
with bought as (
    select
        orders.visit_number,
        min_by(lines.sku_number, lines.line_no) as sku_number
    from plan.order_lines as lines
    inner join plan.orders as orders using (order_number)
    group by orders.visit_number
)

select
    sessions.visit_number,
    coalesce(bought.sku_number, sku_shares.sku_number) as sku_number
from plan.sessions as sessions
asof inner join plan.sku_shares
    on
        cast(date_trunc('week', sessions.day) as date) = sku_shares.week_start
        and uniform('interest', sessions.visit_number) >= sku_shares.share_begins
left join bought on sessions.visit_number = bought.visit_number;

-- `converts` says which visits do: 'order', a paid order; 'cart', something put into the cart;
-- 'checkout', a paid order among visits that begin a checkout.
create table plan.trials as
select
    experiment_number,
    experiment_id,
    experiment_name,
    hypothesis,
    unit,
    primary_metric,
    target_segments,
    converts,
    has_sku,
    days_later(as_of(), -starts_before) as starts_on,
    days_later(as_of(), -ends_before) as ends_on
from (
    values
    (1, 'detail_page', '详情页视频与图文', '详情页视频与图文提升转化', 'visitor', 'buys_sku_within_24h', null, 'order', true, 120, 60),
    (2, 'one_click', '一键加购', '一键加购提升加购率', 'visitor', 'adds_to_cart', null, 'cart', false, 170, 120),
    (3, 'video_3d', '3D视频', '3D视频提升高净值用户转化', 'visitor', 'buys_sku_within_24h', 'high_net_worth,others', 'order', true, 75, 25),
    (4, 'selling_points', '卖点测试矩阵', '卖点与人群匹配时转化更高', 'visitor', 'buys_sku_within_24h',
        'price_sensitive,quality_seeking,novelty_seeking', 'order', true, 110, 40),
    (5, 'checkout_flow', '结账流程', '更短的结账流程提升支付率', 'visitor', 'pays_at_checkout', null, 'checkout', false, 140, 92),
    (6, 'rec_algorithm', '推荐算法', '个性化推荐提升销售额', 'visitor', 'gmv_per_person', null, 'order', false, 60, 15),
    (7, 'scenario_rec', '场景推荐', '针对场景的推荐提升转化', 'user', 'buys_recommended_within_24h', null, 'order', true, 90, 20),
    (8, 'cross_category', '跨品类推荐', '新模型提升跨品类推荐点击率', 'visitor', 'recommendation_ctr', null, null, false, 100, 40)
) as planned (
    experiment_number, experiment_id, experiment_name, hypothesis, unit, primary_metric, target_segments, converts,
    has_sku, starts_before, ends_before
);

-- True conversions of each arm in each segment.
create table truth.experiment_arms as
with arms as (
    select *
    from (
        values
        ('detail_page', 1, 'control', null, 0),
        ('detail_page', 2, 'video', null, parameter('marketing.trials.detail_page.video')),
        ('detail_page', 3, 'image_text', null, parameter('marketing.trials.detail_page.image_text')),
        ('one_click', 1, 'control', null, 0),
        ('one_click', 2, 'one_click', null, parameter('marketing.trials.one_click.effect')),
        ('video_3d', 1, 'control', 'high_net_worth', 0),
        ('video_3d', 2, 'video_3d', 'high_net_worth', parameter('marketing.trials.video_3d.high_net_worth')),
        ('video_3d', 1, 'control', 'others', 0),
        ('video_3d', 2, 'video_3d', 'others', parameter('marketing.trials.video_3d.others')),
        ('checkout_flow', 1, 'control', null, 0),
        ('checkout_flow', 2, 'short', null, parameter('marketing.trials.checkout_flow.effect')),
        ('rec_algorithm', 1, 'popular', null, 0),
        ('rec_algorithm', 2, 'personal_v2', null, parameter('marketing.trials.rec_algorithm.effect')),
        ('scenario_rec', 1, 'generic', null, 0),
        ('scenario_rec', 2, 'scenario', null, parameter('marketing.trials.scenario_rec.effect')),
        ('cross_category', 1, 'control', null, 0),
        ('cross_category', 2, 'cross_category_v1', null, parameter('marketing.trials.cross_category.effect'))
    ) as planned (experiment_id, arm_number, arm, segment, effect)
    union all
    select
        'selling_points',
        arm_number,
        arm,
        segment,
        case
            when arm = 'control' then 0
            when starts_with(segment, arm) then parameter('marketing.trials.selling_points.fitting')
            else parameter('marketing.trials.selling_points.unfitting')
        end
    from (values (1, 'control'), (2, 'price'), (3, 'quality'), (4, 'novelty')) as arm_names (arm_number, arm)
    cross join (values ('price_sensitive'), ('quality_seeking'), ('novelty_seeking')) as segments (segment)
)

select
    *,
    parameter('marketing.trials.' || experiment_id || '.base') * (1 + effect) as conversion,
    max(arm_number) over (partition by experiment_id) as arms
from arms;

create table shop.experiments as
select
    experiment_id,
    experiment_name,
    hypothesis,
    unit,
    primary_metric,
    target_segments,
    cast(null as varchar) as category_id,
    'fixed_horizon' as reading_rule,
    utc(cast(starts_on as timestamp)) as started_at,
    utc(cast(ends_on as timestamp)) as ended_at,
    cast(0.05 as double) as alpha
from plan.trials
where starts_on >= first_day();

create table shop.experiment_arms as
select distinct
    arms.experiment_id,
    arms.arm,
    case when arms.arm_number > 1 then arms.arm end as selling_point,
    arms.arm_number = 1 as is_control,
    cast(1.0 / arms.arms as double) as split
from truth.experiment_arms as arms
semi join shop.experiments using (experiment_id);

-- Earlier buyers who spend most are high-net-worth.
create table plan.high_net_worth as
select person_number
from (
    select
        person_number,
        percent_rank() over (order by sum(gmv) desc) as place
    from plan.paid_orders
    where day < (select starts_on from plan.trials where experiment_id = 'video_3d')
    group by person_number
) as spenders
where place < parameter('marketing.trials.video_3d.high_spenders');

-- The visits in the time of an experiment, which may be one of it: narrow, because everything is
-- looked at more than once.
create table plan.trial_visits as
select
    trials.experiment_number,
    sessions.visit_number,
    sessions.person_number,
    utc(sessions.started_local_at) + sessions.engaged_seconds * 0.02 * interval 1 second as exposed_at,
    case trials.converts
        when 'cart' then sessions.outcome = 'cart' or (sessions.outcome = 'order' and not sessions.is_bought_at_once)
        else orders.order_number is not null
    end as is_converter,
    -- Carts and orders that are not paid are neither here nor there.
    case trials.converts
        when 'checkout'
            then
                sessions.outcome = 'order'
                or (sessions.outcome = 'cart' and uniform('sees cart', sessions.visit_number) < 0.25)
        else trials.converts = 'cart' or sessions.outcome != 'order' or orders.order_number is not null
    end as is_eligible
from plan.trials as trials
inner join plan.sessions as sessions on sessions.day >= trials.starts_on and sessions.day < trials.ends_on
left join plan.paid_orders as orders on sessions.visit_number = orders.visit_number
where sessions.outcome != 'bounce' and (trials.unit = 'visitor' or sessions.is_member);

-- One visit of each person. Where a day is the window, any that is not followed by an order at once;
-- elsewhere nobody counts as lost who converts later.
create table plan.trial_choices as
with looked_ahead as (
    select
        *,
        bool_or(is_converter) over (
            in_order rows between unbounded preceding and unbounded following
        ) as ever_converts,
        lead(exposed_at) over in_order <= exposed_at + interval 26 hour
        and lead(is_converter) over in_order as converts_next_day
    from plan.trial_visits
    window in_order as (partition by experiment_number, person_number order by exposed_at, visit_number)
)

select
    visits.experiment_number,
    visits.visit_number,
    visits.person_number,
    visits.exposed_at,
    visits.is_converter
from looked_ahead as visits
inner join plan.trials as trials using (experiment_number)
where
    visits.is_eligible
    and (
        trials.converts is null or visits.is_converter
        or case
            when trials.has_sku then not coalesce(visits.converts_next_day, false)
            else not visits.ever_converts
        end
    )
qualify row_number() over (
    partition by visits.experiment_number, visits.person_number
    order by uniform('exposed visit', visits.visit_number * 8 + visits.experiment_number), visits.visit_number
) = 1;

drop table plan.trial_visits;

create table plan.trial_candidates as
-- Devices that two persons share take part once.
with one_of_each_device as (
    select
        choices.*,
        sessions.visitor_id
    from plan.trial_choices as choices
    inner join plan.sessions as sessions using (visit_number)
    qualify row_number() over (
        partition by choices.experiment_number, sessions.visitor_id order by choices.visit_number
    ) = 1
)

select
    visits.*,
    trials.experiment_id,
    trials.has_sku,
    trials.converts,
    case trials.experiment_id
        when 'video_3d' then case when rich.person_number is not null then 'high_net_worth' else 'others' end
        when 'selling_points'
            then case
                when persons.price_sensitivity > 0.66 then 'price_sensitive'
                when uniform('taste', persons.person_number) < 0.5 then 'quality_seeking'
                else 'novelty_seeking'
            end
    end as segment,
    1 + pick('arm ' || trials.experiment_id, visits.person_number, arms.arms) as arm_number
from one_of_each_device as visits
inner join plan.trials as trials using (experiment_number)
inner join plan.persons as persons using (person_number)
inner join (select distinct experiment_id, arms from truth.experiment_arms) as arms using (experiment_id)
left join plan.high_net_worth as rich on visits.person_number = rich.person_number;

drop table plan.trial_choices;

-- As many as the scarcer of buyers and others allows, in every arm.
create table plan.exposed as
with counted as (
    select
        arms.experiment_id,
        arms.segment,
        arms.arm_number,
        arms.arm,
        arms.conversion,
        count(*) filter (where candidates.is_converter) as converters,
        count(*) filter (where not candidates.is_converter) as others
    from truth.experiment_arms as arms
    inner join plan.trial_candidates as candidates
        on
            arms.experiment_id = candidates.experiment_id
            and arms.arm_number = candidates.arm_number
            and arms.segment is not distinct from candidates.segment
    group by all
),

sized as (
    select
        *,
        min(least(converters / conversion, others / (1 - conversion))) over (partition by experiment_id, segment)
            as exposed
    from counted
)

select
    candidates.*,
    sized.arm
from plan.trial_candidates as candidates
inner join sized
    on
        candidates.experiment_id = sized.experiment_id
        and candidates.arm_number = sized.arm_number
        and candidates.segment is not distinct from sized.segment
where
    candidates.converts is null
    or uniform('exposed ' || candidates.experiment_id, candidates.visit_number) < case
        when candidates.is_converter then sized.exposed * sized.conversion / sized.converters
        else sized.exposed * (1 - sized.conversion) / sized.others
    end;

create table shop.exposures as
select
    'X' || exposed.experiment_number || '-' || exposed.visit_number as exposure_id,
    exposed.experiment_id,
    exposed.arm,
    exposed.visitor_id,
    case when exposed.is_converter then coalesce(second_visits.user_id, accounts.user_id) end as user_id,
    case
        when exposed.has_sku and exposed.experiment_id != 'scenario_rec'
            then 'SKU' || lpad(cast(products.sku_number as varchar), 5, '0')
    end as sku_id,
    exposed.segment,
    exposed.exposed_at
from plan.exposed as exposed
inner join plan.visit_products as products using (visit_number)
left join plan.accounts as accounts on exposed.person_number = accounts.person_number
left join plan.second_visits as second_visits on exposed.visit_number = second_visits.visit_number
semi join shop.experiments using (experiment_id)
where exposed.exposed_at < utc(cast(as_of() as timestamp));
