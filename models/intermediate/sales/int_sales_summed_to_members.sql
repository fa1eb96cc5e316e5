-- Grain: business date x dimension x member. Within a dimension all measures add up over members
-- to the day's total; what a source does not tell is the member 'unknown'. Each measure stands on
-- the day of its own clock.
with

paid as (
    select
        paid_date as business_date,
        sku_id,
        category_id,
        region_id,
        channel_id,
        terminal,
        gmv_paid_amount,
        0 as refunds_by_order_date_amount,
        0 as refunds_by_refund_date_amount
    from {{ ref('int_order_lines_allocated') }}
    where is_paid
),

refunds as (
    select * from {{ ref('int_refund_lines_dated') }}
),

movements as (
    select * from paid
    union all
    select
        order_date as business_date,
        sku_id,
        category_id,
        region_id,
        channel_id,
        terminal,
        0 as gmv_paid_amount,
        refund_amount as refunds_by_order_date_amount,
        0 as refunds_by_refund_date_amount
    from refunds
    union all
    select
        refund_date as business_date,
        sku_id,
        category_id,
        region_id,
        channel_id,
        terminal,
        0 as gmv_paid_amount,
        0 as refunds_by_order_date_amount,
        refund_amount as refunds_by_refund_date_amount
    from refunds
),

-- Few combinations are left before each row is taken to every dimension.
combined as (
    select
        movements.business_date,
        movements.category_id,
        movements.region_id,
        regions.macro_region_id,
        movements.channel_id,
        movements.terminal,
        products.brand_id,
        sum(movements.gmv_paid_amount) as gmv_paid_amount,
        sum(movements.refunds_by_order_date_amount) as refunds_by_order_date_amount,
        sum(movements.refunds_by_refund_date_amount) as refunds_by_refund_date_amount
    from movements
    inner join {{ ref('int_products') }} as products on movements.sku_id = products.sku_id
    inner join {{ ref('regions') }} as regions on movements.region_id = regions.region_id
    group by
        movements.business_date,
        movements.category_id,
        movements.region_id,
        regions.macro_region_id,
        movements.channel_id,
        movements.terminal,
        products.brand_id
),

dimensions as (
    select 'total' as dimension
    union all
    select 'category' as dimension
    union all
    select 'macro_region' as dimension
    union all
    select 'region' as dimension
    union all
    select 'channel' as dimension
    union all
    select 'terminal' as dimension
    union all
    select 'brand' as dimension
),

members as (
    select
        combined.*,
        dimensions.dimension,
        case dimensions.dimension
            when 'total' then 'all'
            when 'category' then combined.category_id
            when 'macro_region' then combined.macro_region_id
            when 'region' then combined.region_id
            when 'channel' then combined.channel_id
            when 'terminal' then combined.terminal
            when 'brand' then combined.brand_id
        end as member
    from combined
    cross join dimensions
),

final as (
    select
        business_date,
        dimension,
        member,
        cast(sum(gmv_paid_amount) as decimal(18, 2)) as gmv_paid_amount,
        cast(sum(gmv_paid_amount - refunds_by_order_date_amount) as decimal(18, 2))
            as net_sales_by_order_date_amount,
        cast(sum(gmv_paid_amount - refunds_by_refund_date_amount) as decimal(18, 2))
            as net_sales_by_refund_date_amount
    from members
    group by business_date, dimension, member
)

select * from final
