-- Grain: period x search term. Searches add up over terms and months of a quarter; what is wanted,
-- long-tail or an opportunity is so within its period. Excludes bots.
with

searches as (
    select * from {{ ref('int_searches_converted') }}
),

counted as (
    select
        periods.period,
        searches.search_term,
        searches.category_id,
        count(*) as search_count,
        count(*) filter (where searches.search_kind = 'organic') as organic_search_count,
        count(*) filter (where searches.search_kind = 'advertised') as advertised_search_count,
        count(*) filter (where searches.search_kind = 'on_site') as on_site_search_count,
        count(*) filter (where searches.is_mature) as mature_search_count,
        count(*) filter (where searches.is_mature and searches.is_converted)
            as converted_search_count,
        cast(coalesce(sum(
            case when searches.is_mature and searches.is_converted then searches.order_amount end
        ), 0) as decimal(18, 2)) as converted_amount,
        cast(coalesce(sum(
            case
                when searches.search_kind = 'organic' and searches.rank is not null
                    then searches.impression_count
            end
        ), 0) as bigint) as ranked_impression_count,
        cast(coalesce(sum(
            case
                when searches.search_kind = 'organic'
                    then searches.impression_count * searches.rank
            end
        ), 0) as bigint) as impression_rank_sum
    from {{ ref('dim_periods') }} as periods
    inner join searches
        on
            periods.start_date <= searches.business_date
            and periods.end_date > searches.business_date
    group by periods.period, searches.search_term, searches.category_id
),

categories as (
    select
        period,
        category_id,
        sum(mature_search_count) as mature_search_count,
        sum(converted_search_count) as converted_search_count,
        sum(converted_amount) as converted_amount
    from counted
    group by period, category_id
),

tails as (
    select
        period,
        percentile_cont({{ var('long_tail_quantile') }}) within group (
            order by cast(search_count as double)
        ) as long_tail_below
    from counted
    group by period
),

titles as (
    select distinct
        skus.category_id,
        lower(concat(skus.sku_name, ' ', coalesce(spus.detail_text, ''))) as title
    from {{ ref('int_skus') }} as skus
    left join {{ ref('int_spus') }} as spus on skus.spu_id = spus.spu_id
),

terms as (
    select distinct
        category_id,
        search_term
    from counted
),

titled as (
    select distinct
        terms.category_id,
        terms.search_term
    from terms
    inner join titles
        on terms.category_id = titles.category_id and contains(titles.title, terms.search_term)
),

ranked as (
    select
        counted.*,
        coalesce(categories.mature_search_count, 0) as category_search_count,
        coalesce(categories.converted_search_count, 0) as category_converted_count,
        coalesce(categories.converted_amount, 0) as category_converted_amount,
        counted.search_count < tails.long_tail_below as is_long_tail,
        counted.category_id is not null
        and row_number() over (
            partition by counted.period, counted.category_id is null
            order by counted.search_count desc, counted.search_term asc
        ) <= {{ var('top_search_terms') }} as is_wanted,
        titled.search_term is not null as is_in_title,
        {{ wilson_bound(
            'counted.converted_search_count', 'counted.mature_search_count', 'lower'
        ) }} as conversion_low
    from counted
    inner join tails on counted.period = tails.period
    left join categories
        on counted.period = categories.period and counted.category_id = categories.category_id
    left join titled
        on
            counted.category_id = titled.category_id
            and counted.search_term = titled.search_term
),

final as (
    select
        period,
        search_term,
        category_id,
        is_long_tail,
        is_wanted,
        is_in_title,
        coalesce(
            is_long_tail
            and not is_in_title
            and conversion_low
            > {{ ratio('category_converted_count', 'category_search_count') }},
            false
        ) as is_opportunity,
        search_count,
        organic_search_count,
        advertised_search_count,
        on_site_search_count,
        mature_search_count,
        converted_search_count,
        converted_amount,
        cast(category_search_count as bigint) as category_search_count,
        cast(category_converted_count as bigint) as category_converted_count,
        conversion_low,
        -- What they bring beyond as many searches of their category, at the category's order value.
        {{ to_decimal(
            '(converted_search_count - mature_search_count * '
            ~ ratio('category_converted_count', 'category_search_count')
            ~ ') * ' ~ ratio('category_converted_amount', 'category_converted_count'), 2
        ) }} as gain_amount,
        ranked_impression_count,
        impression_rank_sum
    from ranked
)

select * from final
