-- Grain: question x period x scope, of the questions about search: how much of the traffic it
-- brings, what titles hold of it, and the ten long-tail terms that gain most.
with

periods as (
    select
        period,
        start_date,
        end_date,
        is_complete
    from {{ ref('dim_periods') }}
),

sessions as (
    select
        business_date,
        count(*) as session_count,
        count(*) filter (where channel_id = 'search') as organic_count
    from {{ ref('fct_sessions') }}
    where not is_bot
    group by business_date
),

visits as (
    select
        periods.period,
        periods.is_complete,
        sum(sessions.session_count) as session_count,
        sum(sessions.organic_count) as organic_count,
        case when count(sessions.session_count) = 0 then 'no visit of the period is known' end
            as missing
    from periods
    left join sessions
        on
            periods.start_date <= sessions.business_date
            and periods.end_date > sessions.business_date
    group by periods.period, periods.is_complete
),

products as (
    select
        periods.period,
        periods.is_complete,
        count(products.sku_id) as product_count,
        count(products.sku_id) filter (where products.is_title_wanted) as titled_count,
        case
            when count(products.sku_id) = 0
                then 'no organic search is known to have led to a product'
        end as missing
    from periods
    left join {{ ref('fct_search_products') }} as products
        on periods.period = products.period and products.is_known_product
    group by periods.period, periods.is_complete
),

keywords as (
    select
        *,
        row_number() over (
            partition by period, is_opportunity order by gain_amount desc, search_term asc
        ) as place
    from {{ ref('fct_search_keywords') }}
),

terms as (
    select
        periods.period,
        periods.is_complete,
        sum(keywords.ranked_impression_count) as impression_count,
        sum(keywords.impression_rank_sum) as rank_sum,
        sum(keywords.search_count) as search_count,
        sum(keywords.search_count - keywords.mature_search_count) as young_count,
        count(*) filter (where keywords.is_long_tail) as long_tail_count,
        count(*) filter (where keywords.is_opportunity) as opportunity_count,
        coalesce(sum(case when keywords.is_opportunity then keywords.gain_amount end), 0)
            as gain_amount,
        case when count(keywords.search_term) = 0 then 'no search of the period is known' end
            as missing,
        case
            when coalesce(sum(keywords.ranked_impression_count), 0) = 0
                then 'no search engine tells ranks and impressions'
        end as missing_rank
    from periods
    left join keywords on periods.period = keywords.period
    group by periods.period, periods.is_complete
),

found as (
    select
        periods.period,
        periods.is_complete,
        concat('term_', keywords.search_term) as scope,
        keywords.mature_search_count,
        keywords.converted_search_count,
        {{ ratio('keywords.category_converted_count', 'keywords.category_search_count') }}
            as category_conversion,
        keywords.search_count = keywords.mature_search_count as is_old
    from periods
    inner join keywords on periods.period = keywords.period
    where keywords.is_opportunity and keywords.place <= 10
),

final as (
    select
        {{ answer(
            'K109', scope="'organic_share'", unit='share',
            value=ratio('organic_count', 'session_count'),
            numerator='organic_count', denominator='session_count', n='session_count',
            ci_low=wilson_bound('organic_count', 'session_count', 'lower'),
            ci_high=wilson_bound('organic_count', 'session_count', 'upper'), missing='missing'
        ) }}
    from visits
    union all
    select
        {{ answer(
            'K109', scope="'title_coverage'", unit='share',
            value=ratio('titled_count', 'product_count'),
            numerator='titled_count', denominator='product_count', n='product_count',
            ci_low=wilson_bound('titled_count', 'product_count', 'lower'),
            ci_high=wilson_bound('titled_count', 'product_count', 'upper'), missing='missing',
            note="'Products that searches led to, whose title holds a most wanted term whole.'"
        ) }}
    from products
    union all
    select
        {{ answer(
            'K109', scope="'mean_rank'", unit='rank', value=ratio('rank_sum', 'impression_count'),
            numerator='rank_sum', denominator='impression_count', n='impression_count',
            missing='missing_rank', note="'Organic results, by impressions; 1 is the first.'"
        ) }}
    from terms
    union all
    select
        {{ answer(
            'K110', scope="'opportunities'", unit='count', value='opportunity_count',
            n='long_tail_count', is_mature='is_complete and young_count = 0', missing='missing',
            note="'Of a hundred terms no better than their category, two or three look it.'"
        ) }}
    from terms
    union all
    select
        {{ answer(
            'K110', scope="'gain'", unit='money', value='gain_amount', n='opportunity_count',
            is_mature='is_complete and young_count = 0', missing='missing',
            note="'What their searches brought beyond as many searches of their category.'"
        ) }}
    from terms
    union all
    select
        {{ answer(
            'K110', scope='scope', unit='share',
            value=ratio('converted_search_count', 'mature_search_count'),
            numerator='converted_search_count', denominator='mature_search_count',
            n='mature_search_count',
            ci_low=wilson_bound('converted_search_count', 'mature_search_count', 'lower'),
            ci_high=wilson_bound('converted_search_count', 'mature_search_count', 'upper'),
            is_mature='is_complete and is_old', comparison="'category'",
            comparison_value='category_conversion'
        ) }}
    from found
)

{{ answered('final') }}
