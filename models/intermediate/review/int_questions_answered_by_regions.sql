-- Grain: question x period x scope, of the questions about regional markets.
with

growth as (
    select
        *,
        case
            when not is_comparable
                then 'the period or the one a year before is not covered whole'
            when base_amount <= 0
                then concat('nothing was sold there in ', year_ago_period)
        end as missing_growth
    from {{ ref('int_region_growth_compared') }}
),

established as (
    select
        *,
        macro_region_id as scope,
        concat(macro_region_id, '_steadiness') as steadiness_scope,
        case
            when month_count < 2
                then 'it takes two months with a year to compare with'
            -- Spread over mean says nothing where months shrink and grow by turns.
            when mean_monthly_growth <= 0 then 'the months did not grow on average'
        end as missing_steadiness
    from growth
    where macro_region_id in ('east', 'south')
),

emerging as (
    select
        growth.*,
        buyers.buyer_count,
        buyers.registered_count,
        case
            when not growth.is_comparable
                then 'the period or the one a year before is not covered whole'
            when growth.base_shop_amount <= 0
                then concat('nothing was sold in ', growth.year_ago_period)
        end as missing_share,
        case
            when growth.base_amount < {{ var('low_base_share') }} * growth.base_shop_amount
                then 'Low base.'
        end as base_note,
        case
            when buyers.registered_count = 0 then 'nobody is known to have registered there'
        end as missing_penetration
    from growth
    inner join {{ ref('int_region_buyers_counted_to_periods') }} as buyers
        on
            growth.period = buyers.period
            and growth.macro_region_id = buyers.macro_region_id
    where growth.macro_region_id = 'southwest'
),

final as (
    select
        {{ answer(
            'K024', scope='scope', unit='relative_change', value='growth',
            numerator='gmv_paid_amount - base_amount', denominator='base_amount',
            comparison="'all_regions'", comparison_value='shop_growth', missing='missing_growth'
        ) }}
    from established
    union all
    select
        {{ answer(
            'K024', scope='steadiness_scope', unit='ratio',
            value=ratio('deviation_of_monthly_growth', 'mean_monthly_growth'),
            numerator='deviation_of_monthly_growth', denominator='mean_monthly_growth',
            n='month_count', missing='missing_steadiness'
        ) }}
    from established
    union all
    select
        {{ answer(
            'K025', scope="'southwest'", unit='relative_change', value='growth',
            numerator='gmv_paid_amount - base_amount', denominator='base_amount',
            comparison="'all_regions'", comparison_value='shop_growth',
            missing='missing_growth', note='base_note'
        ) }}
    from emerging
    union all
    select
        {{ answer(
            'K025', scope="'base_share'", unit='share',
            value=ratio('base_amount', 'base_shop_amount'),
            numerator='base_amount', denominator='base_shop_amount',
            missing='missing_share', note='base_note'
        ) }}
    from emerging
    union all
    select
        {{ answer(
            'K025', scope="'penetration'", unit='ratio',
            value=ratio('buyer_count', 'registered_count'),
            numerator='buyer_count', denominator='registered_count', n='registered_count',
            missing='missing_penetration'
        ) }}
    from emerging
)

{{ answered('final') }}
