-- Recommendations of a part: ordinary ones, those of the scenario experiment and those across
-- categories.

create temp table recommendations as
with ordinary as (
    select
        visits.visit_number,
        visits.person_number,
        visits.outcome,
        visits.source_group,
        visits.week_start,
        position,
        visits.visit_number * 16 + position as rec_key,
        case when visits.source_group = 'recommendation' then 'home_feed' else 'detail_similar' end as slot,
        -- Outside of its experiment everybody has the algorithm.
        coalesce(exposed.arm, 'personal_v2') as model
    from visits
    left join plan.exposed as exposed
        on visits.visit_number = exposed.visit_number and exposed.experiment_id = 'rec_algorithm'
    cross join (values (1), (2), (3)) as positions (position)
    where
        visits.outcome != 'bounce'
        and (
            visits.source_group = 'recommendation'
            or (position < 3 and uniform('similar', visits.visit_number) < 0.25)
        )
),

-- K002. A part of the orders that come from recommendation are of what was recommended and clicked.
placed as (
    select
        ordinary.visit_number,
        ordinary.rec_key,
        ordinary.slot,
        ordinary.model,
        ordinary.position,
        cast(null as varchar) as scene_id,
        ordinary.position = 1 and ordinary.outcome = 'order' and ordinary.source_group = 'recommendation'
        and uniform('recommended', ordinary.visit_number) < parameter('marketing.recommendations.bought') as is_bought,
        sku_shares.sku_number
    from ordinary
    asof inner join plan.sku_shares
        on
            ordinary.week_start = sku_shares.week_start
            and uniform('recommends', ordinary.rec_key) >= sku_shares.share_begins
),

-- K073. The first product of the block is what a converter buys.
scenario as (
    select
        exposed.visit_number,
        exposed.visit_number * 16 + 8 + position as rec_key,
        'scenario_block' as slot,
        case exposed.arm when 'scenario' then 'scenario_v1' else 'generic_v1' end as model,
        position,
        case
            when exposed.arm = 'scenario'
                then ['gift', 'stock_up', 'new_parent', 'pet_care', 'small_flat', 'travel'][
                    1 + pick('scene', exposed.person_number, 6)
                ]
        end as scene_id,
        exposed.is_converter and position = 1 as is_bought,
        pick('scenario product', exposed.visit_number * 16 + position, (select count(*) from plan.skus)) as sku_number
    from plan.exposed as exposed
    semi join visits using (visit_number)
    cross join (values (1), (2), (3)) as positions (position)
    where exposed.experiment_id = 'scenario_rec'
),

-- K075. Products of categories that the person has not bought from for 90 days.
across as (
    select
        visits.visit_number,
        visits.visit_number * 16 + 12 + position as rec_key,
        'cart_addon' as slot,
        case exposed.arm when 'control' then 'cross_category_v0' else exposed.arm end as model,
        position,
        cast(null as varchar) as scene_id,
        false as is_bought,
        skus.sku_number
    from plan.exposed as exposed
    inner join plan.trials as trials using (experiment_id)
    inner join visits
        on
            exposed.visitor_id = visits.visitor_id and exposed.person_number = visits.person_number
            and visits.day >= trials.starts_on and visits.day < trials.ends_on
            and visits.visit_number >= exposed.visit_number
    cross join (values (1), (2)) as positions (position)
    inner join plan.skus as skus
        on pick('across', visits.visit_number * 16 + 12 + position, (select count(*) from plan.skus)) = skus.sku_number
    anti join (
        select distinct
            orders.person_number,
            orders.day,
            lines.category_id
        from plan.order_lines as lines
        inner join plan.orders as orders using (order_number)
        where orders.day >= part_begins() - interval 91 day and orders.day < part_ends()
    ) as bought
        on
            visits.person_number = bought.person_number
            and skus.category_id = bought.category_id
            and bought.day >= visits.day - interval 91 day
            and bought.day <= visits.day
    where exposed.experiment_id = 'cross_category' and visits.outcome != 'bounce'
)

select * from placed
union all
select * from scenario
union all
select * from across;

create temp table rec_impressions as
with shown as (
    select
        recommendations.*,
        visits.visitor_id,
        case when visits.is_logged_in then visits.user_id end as user_id,
        case when recommendations.is_bought then visits.wanted_sku_number else recommendations.sku_number end as shown_sku,
        visits.started_at + visits.engaged_seconds * (0.03 + 0.01 * recommendations.position) * interval 1 second
            as shown_at,
        case
            when recommendations.is_bought then true
            when recommendations.slot = 'cart_addon'
                then uniform('rec click', rec_key) < parameter('marketing.trials.cross_category.base') * case
                    when recommendations.model = 'cross_category_v0' then 1
                    else 1 + parameter('marketing.trials.cross_category.effect')
                end
            else uniform('rec click', rec_key) < parameter('marketing.recommendations.click_rate') * case
                when recommendations.model = 'popular' then 0.8 else 1
            end
        end as is_clicked
    from recommendations
    inner join visits using (visit_number)
)

select
    'RC' || rec_key as rec_id,
    visitor_id,
    user_id,
    slot,
    model,
    scene_id,
    'SKU' || lpad(cast(shown_sku as varchar), 5, '0') as sku_id,
    cast(position as integer) as position,
    shown_at,
    case when is_clicked then shown_at + interval 2 second end as clicked_at,
    model in ('personal_v2', 'scenario_v1', 'cross_category_v1') as is_personalised
from shown
where shown_at + interval 2 second < utc(cast(as_of() as timestamp));

drop table recommendations;
