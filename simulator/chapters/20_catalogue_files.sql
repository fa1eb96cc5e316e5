-- The catalogue as the shop exports it: names, roles in the assortment, prices and costs.

-- Head, middle and long tail by popularity; a few products of the middle are far overstocked.
create table plan.products as
with placed as (
    select
        *,
        row_number() over (order by popularity desc, sku_number) / count(*) over () as position,
        count(*) over () as sku_count
    from plan.skus
),

tiered as (
    select
        *,
        launched_on < first_day() as is_old,
        case
            when position <= parameter('stock.share_head') and launched_on < first_day() then 'head'
            when position > 1 - parameter('stock.share_tail') and launched_on < first_day() then 'tail'
            else 'mid'
        end as tier
    from placed
),

ranked as (
    select
        *,
        row_number() over (
            partition by tier = 'mid' and is_old and position > 0.25
            order by uniform('overstocked', sku_number), sku_number
        ) as slow_rank
    from tiered
),

decided as (
    select
        *,
        tier = 'mid' and is_old and position > 0.25 and slow_rank <= round(sku_count * parameter('slow_stock.share'))
            as is_slow
    from ranked
)

select
    decided.* exclude (slow_rank, position, sku_count),
    cast(substr(decided.brand_id, 3) as integer) as brand_number,
    cast(substr(decided.brand_id, 3) as integer) % cast(parameter('purchasing.suppliers') as integer)
        as supplier_number,
    case
        when decided.tier = 'tail' then 'jit'
        when
            decided.tier = 'mid' and not decided.is_slow
            and uniform('consigned', decided.sku_number) < parameter('stock.share_consignment')
            then 'consignment'
        else 'owned'
    end as stocking_mode,
    decided.launched_on >= days_later(as_of(), -parameter('assortment.model_since'))
    and uniform('picked', decided.sku_number) < parameter('assortment.share_by_model') as is_picked_by_model
from decided;

create or replace table shop.categories as
select distinct
    kinds.category_id,
    cast(null as varchar) as parent_category_id,
    kinds.category_name,
    categories.category_name as category_name_zh,
    cast(1 as integer) as level,
    timestamp '2024-12-31 16:00:00' as opened_at
from plan.kinds as kinds
inner join shop.categories as categories using (category_id)
order by kinds.category_id;

create or replace table shop.spus as
select
    spu_id,
    any_value(kind order by sku_number) || ' ' || any_value(brand_id order by sku_number) as spu_name,
    any_value(category_id order by sku_number) as category_id,
    any_value(kind order by sku_number) || '，品牌直供，七天无理由退换' as detail_text,
    uniform('quality report', sku_number // 2) < 0.4 as has_quality_report,
    uniform('buyer show', sku_number // 2) < 0.5 as has_buyer_show,
    uniform('guarantee', sku_number // 2) < 0.6 as has_guarantee,
    uniform('video', sku_number // 2) < 0.35 as has_video
from plan.products
group by spu_id, sku_number // 2
order by spu_id;

-- A new class is planned at launch, for products that were launched within the history (K092).
create or replace table shop.skus as
with latest as (
    select
        sku_number,
        max_by(list_price, valid_from) as list_price
    from plan.prices
    group by sku_number
)

select
    products.sku_id,
    products.spu_id,
    products.kind || ' ' || products.brand_id || ' ' || (1 + products.sku_number % 2) || '号' as sku_name,
    products.category_id,
    products.brand_id,
    'SUP' || lpad(cast(products.supplier_number as varchar), 3, '0') as supplier_id,
    case when not products.is_old then products.new_class end as new_class,
    ['entry', 'low', 'mid', 'high', 'premium'][
        cast(ntile(5) over (
            partition by products.category_id order by latest.list_price, products.sku_number
        ) as integer)
    ] as price_band,
    case
        when products.tier = 'tail' then 'long_tail'
        when products.launched_on >= days_later(as_of(), -180) then 'new'
        when products.tier = 'mid' and uniform('seasonal', products.sku_number) < 0.08 then 'seasonal'
        else 'core'
    end as assortment_role,
    products.stocking_mode,
    case when products.is_picked_by_model then 'model' else 'human' end as selected_by,
    case when products.is_slow then 'clearance' else 'active' end as status,
    utc(cast(days_later(products.launched_on, -45) as timestamp) + interval 10 hour) as selected_at,
    utc(cast(products.launched_on as timestamp)) as launched_at,
    case
        when not products.is_old and uniform('incubated', products.sku_number) < 0.10
            and days_later(products.launched_on, 14) < as_of()
            then utc(cast(days_later(products.launched_on, 14) as timestamp))
    end as incubated_at,
    cast(null as timestamp) as delisted_at,
    case
        when products.tier = 'tail' then days_later(as_of(), -parameter('purchasing.jit_since'))
        else products.launched_on
    end as stocking_mode_since_date,
    products.brand_number < 10 as is_partner_brand,
    cast(latest.list_price as decimal(18, 4)) as list_price,
    cast(round(0.1 + 3 * uniform('weight', products.sku_number), 3) as decimal(18, 4)) as gross_weight_kg
from plan.products as products
inner join latest using (sku_number)
order by products.sku_id;

create or replace table shop.price_history as
select
    products.sku_id,
    utc(cast(greatest(prices.valid_from, products.launched_on) as timestamp)) as valid_from_at,
    case
        when prices.valid_from <= products.launched_on or prices.change = 0 then 'launch'
        else ['cost', 'competitor'][1 + pick('price reason', products.sku_number * 10 + prices.change, 2)]
    end as reason,
    case
        when uniform('price setter', products.sku_number * 10 + prices.change) < 0.3 then 'robot'
        else 'human'
    end as set_by,
    cast(prices.list_price as decimal(18, 4)) as price,
    cast(round(prices.list_price * case
        when
            uniform('price setter', products.sku_number * 10 + prices.change) < 0.3
            and uniform('below floor', products.sku_number * 10 + prices.change)
            < parameter('assortment.share_below_floor')
            then 1.03
        else 0.80
    end, 2) as decimal(18, 4)) as floor_price,
    case
        when products.brand_number % 2 = 0 then cast(round(prices.list_price * 0.9, 2) as decimal(18, 4))
    end as map_price
from plan.prices as prices
inner join plan.products as products using (sku_number)
where prices.valid_to > products.launched_on
order by products.sku_id, prices.valid_from;

-- A cost changes with a purchase: what is overstocked is not bought, so that its cost stays.
create table plan.costs as
select
    products.sku_number,
    products.sku_id,
    products.supplier_number,
    prices.change as change_number,
    prices.valid_from,
    prices.purchase_cost,
    cast(round(prices.purchase_cost * 0.04, 2) as decimal(18, 2)) as inbound_freight_cost,
    cast(round(prices.purchase_cost * 0.015, 2) as decimal(18, 2)) as packaging_cost,
    cast(
        prices.purchase_cost + round(prices.purchase_cost * 0.04, 2) + round(prices.purchase_cost * 0.015, 2)
        as decimal(18, 4)
    ) as unit_cost
from plan.prices as prices
inner join plan.products as products using (sku_number)
where prices.change = 0 or not products.is_slow;

create or replace table shop.cost_history as
select
    sku_id,
    utc(cast(valid_from as timestamp)) as valid_from_at,
    'SUP' || lpad(cast(supplier_number as varchar), 3, '0') as supplier_id,
    cast(purchase_cost as decimal(18, 4)) as purchase_cost,
    cast(inbound_freight_cost as decimal(18, 4)) as inbound_freight_cost,
    cast(packaging_cost as decimal(18, 4)) as packaging_cost
from plan.costs
order by sku_id, valid_from;

create table shop.bundles as
select
    bundles.bundle_id,
    bundles.bundle_name,
    bundles.scene,
    'SKU' || lpad(cast(members.sku_number as varchar), 5, '0') as sku_id,
    utc(cast(bundles.starts_on as timestamp)) as starts_at,
    cast(null as timestamp) as ends_at,
    members.is_anchor,
    cast(1 as integer) as quantity
from plan.bundles as bundles
cross join lateral (
    values (bundles.anchor_number, true), (bundles.other_number, false)
) as members (sku_number, is_anchor)
order by all;
