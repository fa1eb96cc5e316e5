-- Grain: period x comparison (qoq, yoy) x bridge x dimension x member x driver. Within a bridge and
-- member the effects add up to the change to the cent. Bridges explain the same sales in different
-- words: never add one to another.
with

skus as (
    select * from {{ ref('fct_sku_growth') }}
),

covered as (
    select
        period,
        comparison,
        min(snapshot_day_count >= {{ var('snapshot_days_share') }} * day_count) as is_stock_known
    from {{ ref('fct_growth_factors') }}
    group by period, comparison
),

members as (
    select
        *,
        'total' as dimension,
        'all' as member
    from skus
    union all
    select
        *,
        'category' as dimension,
        category_id as member
    from skus
),

summed as (
    select
        period,
        comparison,
        base_period,
        dimension,
        member,
        sum(value_amount) as value_amount,
        sum(base_amount) as base_amount,
        sum(change_amount) as change_amount,
        sum(volume_amount) as volume_amount,
        sum(price_amount) as price_amount,
        sum(mix_amount) as mix_amount,
        sum(promotion_amount) as promotion_amount,
        sum(new_amount) as new_amount,
        sum(exited_amount) as exited_amount,
        sum(in_stock_amount) as in_stock_amount,
        sum(partner_brands_amount) as partner_brands_amount,
        sum(other_brands_amount) as other_brands_amount
    from members
    group by period, comparison, base_period, dimension, member
),

drivers as (
    select
        listed.bridge,
        listed.driver
    from (
        values
        ('price_volume_mix', 'volume'),
        ('price_volume_mix', 'price'),
        ('price_volume_mix', 'mix'),
        ('price_volume_mix', 'promotion'),
        ('price_volume_mix', 'new'),
        ('price_volume_mix', 'exited'),
        ('availability_brand', 'in_stock'),
        ('availability_brand', 'partner_brands'),
        ('availability_brand', 'other_brands')
    ) as listed (bridge, driver)
),

bridged as (
    select
        summed.period,
        summed.comparison,
        drivers.bridge,
        summed.dimension,
        summed.member,
        drivers.driver,
        summed.base_period,
        'gmv_paid' as measure,
        summed.value_amount,
        summed.base_amount,
        summed.change_amount,
        case drivers.driver
            when 'volume' then summed.volume_amount
            when 'price' then summed.price_amount
            when 'mix' then summed.mix_amount
            when 'promotion' then summed.promotion_amount
            when 'new' then summed.new_amount
            when 'exited' then summed.exited_amount
            when 'in_stock' then summed.in_stock_amount
            when 'partner_brands' then summed.partner_brands_amount
            when 'other_brands' then summed.other_brands_amount
        end as effect_amount,
        case
            when drivers.bridge = 'availability_brand' and not covered.is_stock_known
                then 'no stock snapshots cover both sides'
        end as missing_reason
    from summed
    inner join covered
        on
            summed.period = covered.period
            and summed.comparison = covered.comparison
    cross join drivers
    union all
    select
        period,
        comparison,
        'driver_tree' as bridge,
        'total' as dimension,
        'all' as member,
        driver,
        base_period,
        'net_sales_by_refund_date' as measure,
        value_amount,
        base_amount,
        change_amount,
        effect_amount,
        missing_reason
    from {{ ref('fct_driver_tree') }}
),

final as (
    select
        period,
        comparison,
        bridge,
        dimension,
        member,
        driver,
        base_period,
        measure,
        cast(value_amount as decimal(18, 2)) as value_amount,
        cast(base_amount as decimal(18, 2)) as base_amount,
        cast(change_amount as decimal(18, 2)) as change_amount,
        cast(case when missing_reason is null then effect_amount end as decimal(18, 2))
            as effect_amount,
        case
            when missing_reason is null and base_amount > 0
                then {{ ratio('effect_amount', 'base_amount') }}
        end as contribution_rate,
        missing_reason
    from bridged
)

select * from final
