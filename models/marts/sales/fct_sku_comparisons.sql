-- Grain: period x comparison (qoq, yoy) x SKU with paid sales on either side. All measures add up
-- over SKUs. Gifts count no unit.
with

days as (
    select *
    from {{ ref('dim_comparison_days') }}
    where comparison in ('qoq', 'yoy')
),

sold as (
    select
        days.period,
        days.comparison,
        days.base_period,
        sales.sku_id,
        bool_or(not days.is_base) as is_sold,
        bool_or(days.is_base) as is_sold_in_base,
        sum(case when days.is_base then 0 else sales.regular_quantity end) as regular_quantity,
        sum(case when days.is_base then sales.regular_quantity else 0 end)
            as base_regular_quantity,
        sum(case when days.is_base then 0 else sales.promoted_quantity end) as promoted_quantity,
        sum(case when days.is_base then sales.promoted_quantity else 0 end)
            as base_promoted_quantity,
        sum(case when days.is_base then 0 else sales.regular_amount end) as regular_amount,
        sum(case when days.is_base then sales.regular_amount else 0 end) as base_regular_amount,
        sum(case when days.is_base then 0 else sales.promoted_amount end) as promoted_amount,
        sum(case when days.is_base then sales.promoted_amount else 0 end) as base_promoted_amount
    from days
    inner join {{ ref('int_sku_sales_split_by_promotion') }} as sales
        on days.business_date = sales.business_date
    group by days.period, days.comparison, days.base_period, sales.sku_id
),

stocked as (
    select
        days.period,
        days.comparison,
        availability.sku_id,
        count(case when not days.is_base then 1 end) as listed_day_count,
        count(case when days.is_base then 1 end) as base_listed_day_count,
        count(case when availability.is_in_stock and not days.is_base then 1 end)
            as in_stock_day_count,
        count(case when availability.is_in_stock and days.is_base then 1 end)
            as base_in_stock_day_count
    from days
    inner join {{ ref('int_sku_availability_counted') }} as availability
        on days.business_date = availability.business_date
    group by days.period, days.comparison, availability.sku_id
),

final as (
    select
        sold.period,
        sold.comparison,
        sold.sku_id,
        sold.base_period,
        products.category_id,
        case
            when not sold.is_sold_in_base then 'new'
            when not sold.is_sold then 'exited'
            else 'continuing'
        end as presence,
        products.is_partner_brand,
        cast(sold.regular_quantity as bigint) as regular_quantity,
        cast(sold.promoted_quantity as bigint) as promoted_quantity,
        cast(sold.regular_amount as decimal(18, 2)) as regular_amount,
        cast(sold.promoted_amount as decimal(18, 2)) as promoted_amount,
        coalesce(stocked.listed_day_count, 0) as listed_day_count,
        coalesce(stocked.in_stock_day_count, 0) as in_stock_day_count,
        cast(sold.base_regular_quantity as bigint) as base_regular_quantity,
        cast(sold.base_promoted_quantity as bigint) as base_promoted_quantity,
        cast(sold.base_regular_amount as decimal(18, 2)) as base_regular_amount,
        cast(sold.base_promoted_amount as decimal(18, 2)) as base_promoted_amount,
        coalesce(stocked.base_listed_day_count, 0) as base_listed_day_count,
        coalesce(stocked.base_in_stock_day_count, 0) as base_in_stock_day_count
    from sold
    inner join {{ ref('int_products') }} as products on sold.sku_id = products.sku_id
    left join stocked
        on
            sold.period = stocked.period
            and sold.comparison = stocked.comparison
            and sold.sku_id = stocked.sku_id
)

select * from final
