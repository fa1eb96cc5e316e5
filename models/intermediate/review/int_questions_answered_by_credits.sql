-- Grain: question x period x scope, of the questions about sales credited to channels.
with

sales as (
    select
        *,
        {{ ratio('social_amount', 'known_channel_amount') }} as social_share
    from {{ ref('int_credited_sales_summed_to_periods') }}
),

compared as (
    select
        sales.*,
        year_ago.social_amount as base_social_amount,
        year_ago.social_share as base_social_share,
        case
            when sales.known_channel_amount = 0
                then 'no paid order of the period has a known channel'
        end as missing_share,
        case
            when not sales.is_complete or year_ago.period is null
                then 'the period or the one a year before is not covered whole'
            when sales.known_channel_amount = 0 or year_ago.known_channel_amount = 0
                then 'no paid order of the period or of the one a year before has a known channel'
            when year_ago.social_amount <= 0
                then concat('social commerce sold nothing in ', sales.year_ago_period)
        end as missing_ratio
    from sales
    left join sales as year_ago
        on sales.year_ago_period = year_ago.period and year_ago.is_complete
),

final as (
    select
        {{ answer(
            'K023', scope="'share'", unit='share', value='social_share',
            numerator='social_amount', denominator='known_channel_amount',
            missing='missing_share'
        ) }}
    from compared
    union all
    select
        {{ answer(
            'K023', scope="'share_ratio_yoy'", unit='ratio',
            value=ratio('social_share', 'base_social_share'),
            numerator='social_share', denominator='base_social_share',
            comparison="'no_change'", comparison_value='1', missing='missing_ratio'
        ) }}
    from compared
    union all
    select
        {{ answer(
            'K023', scope="'gmv_ratio_yoy'", unit='ratio',
            value=ratio('social_amount', 'base_social_amount'),
            numerator='social_amount', denominator='base_social_amount',
            comparison="'no_change'", comparison_value='1', missing='missing_ratio'
        ) }}
    from compared
)

{{ answered('final') }}
