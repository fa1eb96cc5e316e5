-- Grain: period x comparison (qoq, yoy) x SKU with paid sales on either side. All amounts add up
-- over SKUs. The effects of the first bridge (volume, price, mix, promotion, new, exited) add up to
-- the change of every SKU to the cent, and so do those of the second (in stock, partner brands,
-- other brands).
with

skus as (
    select
        *,
        regular_amount + promoted_amount as value_amount,
        base_regular_amount + base_promoted_amount as base_amount,
        {{ ratio('regular_amount', 'regular_quantity') }} as unit_price,
        {{ ratio('base_regular_amount', 'base_regular_quantity') }} as base_unit_price,
        {{ ratio('in_stock_day_count', 'listed_day_count') }} as in_stock_rate,
        {{ ratio('base_in_stock_day_count', 'base_listed_day_count') }} as base_in_stock_rate,
        -- What is bought to order is listed on few days, and its stock does not limit its sales.
        listed_day_count >= {{ var('snapshot_days_share') }}
        * max(listed_day_count) over (partition by period, comparison)
        and base_listed_day_count >= {{ var('snapshot_days_share') }}
        * max(base_listed_day_count) over (partition by period, comparison) as is_kept_in_stock
    from {{ ref('fct_sku_comparisons') }}
),

shop as (
    select
        period,
        comparison,
        {{ ratio('sum(regular_amount)', 'sum(regular_quantity)') }} as unit_value,
        {{ ratio('sum(base_regular_amount)', 'sum(base_regular_quantity)') }} as base_unit_value
    from skus
    where presence = 'continuing'
    group by period, comparison
),

-- What a unit of the continuing SKUs sells for on average, halfway between both sides.
averages as (
    select
        period,
        comparison,
        {{ to_decimal(
            '(coalesce(unit_value, base_unit_value, 0) + coalesce(base_unit_value, unit_value, 0))'
            ~ ' / 2', 6
        ) }} as mean_unit_value
    from shop
),

-- Bennet: the change of a factor at the mean of the other on both sides. A price that only one side
-- knows has not changed, nor has the in-stock rate of a SKU that was never in stock on one side.
measured as (
    select
        skus.*,
        skus.value_amount - skus.base_amount as change_amount,
        {{ to_money(
            '(skus.regular_quantity - skus.base_regular_quantity) * averages.mean_unit_value'
        ) }} as volume_amount,
        {{ to_decimal(
            'coalesce(skus.unit_price - skus.base_unit_price, 0)'
            ~ ' * (skus.regular_quantity + skus.base_regular_quantity) / 2', 2
        ) }} as price_amount,
        {{ to_decimal(
            'coalesce(case when skus.is_kept_in_stock then 1 end'
            ~ ' * (skus.in_stock_rate - skus.base_in_stock_rate) * ('
            ~ ratio('skus.value_amount', 'skus.in_stock_rate') ~ ' + '
            ~ ratio('skus.base_amount', 'skus.base_in_stock_rate') ~ ') / 2, 0)', 2
        ) }} as in_stock_amount
    from skus
    left join averages
        on
            skus.period = averages.period
            and skus.comparison = averages.comparison
),

split as (
    select
        *,
        case when presence = 'continuing' then volume_amount else 0 end as volume,
        case when presence = 'continuing' then price_amount else 0 end as price,
        case when presence = 'continuing' then regular_amount - base_regular_amount else 0 end
            as regular_change,
        case when presence = 'continuing' then promoted_amount - base_promoted_amount else 0 end
            as promotion,
        change_amount - in_stock_amount as demand_change
    from measured
),

final as (
    select
        period,
        comparison,
        sku_id,
        base_period,
        category_id,
        presence,
        is_partner_brand,
        cast(value_amount as decimal(18, 2)) as value_amount,
        cast(base_amount as decimal(18, 2)) as base_amount,
        cast(change_amount as decimal(18, 2)) as change_amount,
        cast(volume as decimal(18, 2)) as volume_amount,
        cast(price as decimal(18, 2)) as price_amount,
        cast(regular_change - volume - price as decimal(18, 2)) as mix_amount,
        cast(promotion as decimal(18, 2)) as promotion_amount,
        cast(case when presence = 'new' then change_amount else 0 end as decimal(18, 2))
            as new_amount,
        cast(case when presence = 'exited' then change_amount else 0 end as decimal(18, 2))
            as exited_amount,
        cast(in_stock_amount as decimal(18, 2)) as in_stock_amount,
        cast(case when is_partner_brand then demand_change else 0 end as decimal(18, 2))
            as partner_brands_amount,
        cast(case when is_partner_brand then 0 else demand_change end as decimal(18, 2))
            as other_brands_amount
    from split
)

select * from final
