-- What is sold: categories, products, prices and costs that change.

create table shop.categories as
select
    category_id,
    category_name,
    cast(null as varchar) as parent_category_id,
    category_name as category_path,
    timestamp '2024-12-31 16:00:00' as valid_from,
    cast(null as timestamp) as valid_to
from (
    values
    ('appliances', '家电'), ('beauty', '美妆'), ('apparel', '服饰'), ('food', '食品'), ('baby', '母婴'),
    ('pets', '宠物'), ('home', '家居'), ('digital', '数码'), ('sports', '运动'), ('books', '图书')
) as named (category_id, category_name);

-- Category: share of SKUs, typical price, growth of its share of sales in a year, and return rate.
create table plan.categories as
select *
from (
    values
    ('appliances', 0.08, 420.0, 0.35, 0.08), ('beauty', 0.14, 135.0, 0.30, 0.07),
    ('apparel', 0.22, 120.0, -0.10, 0.22), ('food', 0.14, 45.0, 0.05, 0.03),
    ('baby', 0.09, 110.0, 0.10, 0.06), ('pets', 0.06, 80.0, 0.15, 0.05),
    ('home', 0.11, 90.0, 0.00, 0.09), ('digital', 0.07, 310.0, 0.08, 0.10),
    ('sports', 0.06, 150.0, 0.05, 0.12), ('books', 0.03, 40.0, -0.05, 0.02)
) as planned (category_id, share, price, growth, return_rate);

-- What a product is, by category: products of one family are of one kind.
create table plan.kinds as
select
    category_id,
    category_name,
    kind_number - 1 as kind_number,
    kinds[kind_number] as kind
from (
    values
    ('appliances', 'Home appliances', ['咖啡机', '磨豆机', '电饭煲', '吸尘器', '空气炸锅', '电热水壶']),
    ('beauty', 'Beauty', ['面霜', '口红', '精华液', '防晒霜', '面膜', '洁面乳']),
    ('apparel', 'Apparel', ['连衣裙', '衬衫', '牛仔裤', '羽绒服', '卫衣', '运动鞋']),
    ('food', 'Food', ['坚果礼盒', '咖啡豆', '燕麦片', '橄榄油', '牛肉干', '茶叶']),
    ('baby', 'Mother and baby', ['纸尿裤', '奶瓶', '婴儿湿巾', '婴儿推车', '儿童玩具', '辅食机']),
    ('pets', 'Pets', ['猫粮', '狗粮', '猫砂', '宠物零食', '宠物窝', '牵引绳']),
    ('home', 'Home', ['四件套', '收纳箱', '保温杯', '台灯', '毛巾', '香薰']),
    ('digital', 'Digital', ['蓝牙耳机', '充电宝', '智能手表', '机械键盘', '平板支架', '移动硬盘']),
    ('sports', 'Sports', ['瑜伽垫', '跑步鞋', '哑铃', '登山包', '跳绳', '护膝']),
    ('books', 'Books', ['绘本', '小说', '菜谱', '词典', '历史书', '笔记本'])
) as named (category_id, category_name, kinds)
cross join range(1, 7) as numbers (kind_number);

create table plan.skus as
with numbered as (
    select
        sku_number,
        (sku_number + 0.5) / sku_count as position
    from (select cast(greatest(200, parameter('size.skus') * least(1, scale() * 10)) as bigint) as sku_count) as sizes
    cross join range(sku_count) as numbers (sku_number)
),

bounds as (
    select
        *,
        sum(share) over (order by category_id rows unbounded preceding) - share as share_begins
    from plan.categories
)

select
    sku_number,
    'SKU' || lpad(cast(sku_number as varchar), 5, '0') as sku_id,
    'SPU' || lpad(cast(sku_number // 2 as varchar), 5, '0') as spu_id,
    bounds.category_id,
    kinds.kind,
    'BR' || lpad(cast(pick('brand', sku_number // 2, 60) as varchar), 2, '0') as brand_id,
    bounds.return_rate,
    bounds.growth,
    -- Prices end on .90, as prices do.
    cast(greatest(5, floor(bounds.price * exp(0.55 * normal('price', sku_number)))) + 0.90 as decimal(18, 2))
        as list_price,
    0.45 + 0.25 * uniform('cost', sku_number) as cost_share,
    -- A few products carry the shop: popularity falls with the rank to the power of 0.8.
    power(1 + pick('rank', sku_number, 400), -0.8) as popularity,
    case
        when uniform('launch', sku_number) < 0.75 then first_day() - 30
        -- On Mondays, so that a product is in the shares of its first week.
        else cast(date_trunc('week', days_later(
            first_day(), uniform('launch day', sku_number) * (as_of() - first_day() - 30)
        )) as date)
    end as launched_on,
    ['A', 'B', 'C'][1 + pick('class', sku_number, 3)] as new_class
from numbered
inner join bounds
    on numbered.position >= bounds.share_begins and numbered.position < bounds.share_begins + bounds.share
inner join plan.kinds as kinds
    on bounds.category_id = kinds.category_id and pick('kind', sku_number // 2, 6) = kinds.kind_number;

create table shop.spus as
select
    spu_id,
    any_value(category_id order by sku_number) as category_id,
    any_value(brand_id order by sku_number) as brand_id,
    '商品 ' || spu_id as spu_name
from plan.skus
group by spu_id;

create table shop.skus as
select
    sku_id,
    spu_id,
    category_id,
    brand_id,
    '商品 ' || sku_id as sku_name,
    utc(cast(launched_on as timestamp)) as launched_at,
    new_class,
    case when list_price < 60 then 'low' when list_price < 200 then 'middle' else 'high' end as price_band,
    cast(round(0.1 + 3 * uniform('weight', sku_number), 3) as decimal(18, 3)) as gross_weight,
    'active' as status
from plan.skus;

-- Two price changes a year for a product: list prices drift upwards by a few per cent.
create table plan.prices as
select
    sku_number,
    days_later(first_day(), change * 182) as valid_from,
    days_later(first_day(), (change + 1) * 182) as valid_to,
    change,
    cast(floor(list_price * (1 + change * 0.03 * uniform('drift', sku_number))) + 0.90 as decimal(18, 2))
        as list_price,
    cast(round(list_price * cost_share * (1 + 0.01 * change), 2) as decimal(18, 2)) as purchase_cost
from plan.skus
cross join range(4) as changes (change)
where days_later(first_day(), change * 182) < as_of();

create table shop.price_history as
select
    'SKU' || lpad(cast(sku_number as varchar), 5, '0') as sku_id,
    utc(cast(valid_from as timestamp)) as valid_from,
    list_price as price,
    case when change = 0 then 'launch' else 'review' end as reason,
    case when uniform('price setter', sku_number * 10 + change) < 0.3 then 'robot' else 'human' end as set_by
from plan.prices;

create table shop.cost_history as
select
    'SKU' || lpad(cast(sku_number as varchar), 5, '0') as sku_id,
    utc(cast(valid_from as timestamp)) as valid_from,
    purchase_cost,
    cast(round(purchase_cost * 0.04, 2) as decimal(18, 2)) as inbound_freight,
    cast(0.80 as decimal(18, 2)) as packaging
from plan.prices;
