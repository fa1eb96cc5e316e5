-- Grain: period x scope: visits that searches bring, products and terms that are searched for, and
-- of the ten long-tail terms that gain most what their searches led to (`term_`).
with

periods as (
    select
        period,
        start_date,
        end_date
    from {{ ref('dim_periods') }}
),

sessions as (
    select
        business_date,
        count(*) filter (where channel_id = 'search') as organic_count
    from {{ ref('fct_sessions') }}
    where not is_bot
    group by business_date
),

visits as (
    select
        periods.period,
        sum(sessions.organic_count) as organic_count
    from periods
    inner join sessions
        on
            periods.start_date <= sessions.business_date
            and periods.end_date > sessions.business_date
    group by periods.period
),

products as (
    select
        period,
        count(*) as product_count,
        count(*) filter (where is_title_wanted) as titled_count
    from {{ ref('fct_search_products') }}
    where is_known_product
    group by period
),

keywords as (
    select
        *,
        row_number() over (
            partition by period, is_opportunity order by gain_amount desc, search_term asc
        ) as place
    from {{ ref('fct_search_keywords') }}
),

scoped as (
    select
        *,
        'all' as scope
    from keywords
    union all
    select
        *,
        concat('term_', search_term) as scope
    from keywords
    where is_opportunity and place <= 10
),

terms as (
    select
        period,
        scope,
        sum(ranked_impression_count) as ranked_impression_count,
        sum(impression_rank_sum) as impression_rank_sum,
        sum(mature_search_count) as mature_search_count,
        sum(search_count - mature_search_count) as young_search_count,
        sum(converted_search_count) as converted_search_count,
        sum(category_search_count) as category_search_count,
        sum(category_converted_count) as category_converted_count,
        count(*) filter (where is_long_tail) as long_tail_count,
        count(*) filter (where is_opportunity) as opportunity_count,
        sum(case when is_opportunity then gain_amount else 0 end) as gain_amount
    from scoped
    group by period, scope
),

listed as (
    select
        period,
        'all' as scope
    from periods
    union
    select
        period,
        scope
    from terms
),

final as (
    select
        listed.period,
        listed.scope,
        visits.organic_count as organic_session_count,
        products.product_count as searched_product_count,
        products.titled_count as searched_product_titled_count,
        terms.ranked_impression_count,
        terms.impression_rank_sum,
        terms.mature_search_count,
        terms.young_search_count,
        terms.converted_search_count,
        terms.category_search_count,
        terms.category_converted_count,
        terms.long_tail_count as long_tail_term_count,
        terms.opportunity_count as opportunity_term_count,
        terms.gain_amount as opportunity_gain_amount
    from listed
    left join visits on listed.period = visits.period and listed.scope = 'all'
    left join products on listed.period = products.period and listed.scope = 'all'
    left join terms on listed.period = terms.period and listed.scope = terms.scope
)

select * from final
