-- Where stock lies and who delivers it: warehouses, suppliers, and what each warehouse lists.

create table plan.warehouses as
select
    warehouse_number,
    'W' || (1 + warehouse_number) as warehouse_id,
    region_id,
    city,
    served_regions,
    latitude,
    longitude
from (
    -- A few provinces are nobody's: coverage is not complete (K126).
    values
    (0, 'CN-GD', '广州', 'CN-GD,CN-HI,CN-HK,CN-MO', 23.13, 113.26),
    (1, 'CN-ZJ', '杭州', 'CN-ZJ,CN-FJ,CN-JX', 30.27, 120.15),
    (2, 'CN-SH', '上海', 'CN-SH,CN-JS,CN-AH', 31.23, 121.47),
    (3, 'CN-BJ', '北京', 'CN-BJ,CN-TJ,CN-HE,CN-NM,CN-SX', 39.90, 116.41),
    (4, 'CN-HB', '武汉', 'CN-HB,CN-HN,CN-HA', 30.59, 114.31),
    (5, 'CN-SC', '成都', 'CN-SC,CN-CQ,CN-YN', 30.57, 104.07),
    (6, 'CN-SD', '济南', 'CN-SD,CN-LN', 36.65, 117.12),
    (7, 'CN-SN', '西安', 'CN-SN,CN-GS,CN-NX,CN-QH', 34.34, 108.94)
) as named (warehouse_number, region_id, city, served_regions, latitude, longitude)
where warehouse_number < parameter('size.warehouses');

create table plan.suppliers as
with ranked as (
    select
        supplier_number,
        row_number() over (order by uniform('partner', supplier_number), supplier_number) as partner_rank
    from range(cast(parameter('purchasing.suppliers') as bigint)) as numbers (supplier_number)
)

select
    supplier_number,
    'SUP' || lpad(cast(supplier_number as varchar), 3, '0') as supplier_id,
    partner_rank <= round(parameter('purchasing.suppliers') * parameter('purchasing.share_partners')) as is_partner,
    5 + pick('lead time', supplier_number, 9) as lead_time_days,
    30 + 15 * pick('payment days', supplier_number, 5) as payment_days,
    -- How often it keeps its promise, against the others.
    case
        when partner_rank <= round(parameter('purchasing.suppliers') * parameter('purchasing.share_partners')) then 1.5
        else 0.6
    end + uniform('reliability', supplier_number) as reliability
from ranked;

create table shop.suppliers as
select
    supplier_id,
    '供应商 ' || supplier_id as supplier_name,
    ['CN-GD', 'CN-ZJ', 'CN-JS', 'CN-SD', 'CN-FJ'][1 + pick('supplier region', supplier_number, 5)] as region_id,
    ['none', 'partial', 'full'][1 + pick('return terms', supplier_number, 3)] as return_terms,
    case
        when is_partner or uniform('linked', supplier_number) < 0.3
            then utc(cast(as_of() as timestamp)) - (1 + 70 * uniform('feed', supplier_number)) * interval 1 hour
    end as feed_updated_at,
    is_partner,
    cast(lead_time_days as integer) as lead_time_days,
    cast(1 as integer) as min_order_quantity,
    cast(case when is_partner then ceil(20000 * scale()) else 0 end as integer) as capacity_pool_quantity,
    cast(payment_days as integer) as payment_days,
    cast([0, 0.5, 0.9][1 + pick('return terms', supplier_number, 3)] as double) as return_value_rate
from plan.suppliers
order by supplier_id;

-- Head products lie everywhere, the middle in two or three warehouses, the first of which is the
-- product's hub; the overstocked lie in one. The long tail is bought for the warehouse that ships.
create table plan.listings as
select
    products.sku_number,
    listing_number,
    (pick('hub', products.sku_number, cast(parameter('size.warehouses') as bigint)) + listing_number * 3)
    % cast(parameter('size.warehouses') as bigint) as warehouse_number
from plan.products as products
cross join range(8) as numbers (listing_number)
where
    products.tier != 'tail'
    and listing_number < least(parameter('size.warehouses'), case
        when products.is_slow then 1
        when products.tier = 'head' then 8
        else 2 + pick('third warehouse', products.sku_number, 2)
    end)
qualify row_number() over (
    partition by products.sku_number,
        (pick('hub', products.sku_number, cast(parameter('size.warehouses') as bigint)) + listing_number * 3)
        % cast(parameter('size.warehouses') as bigint)
    order by listing_number
) = 1;
