-- Grain: period x product that organic searches led to. Clicks add up over products and months of a
-- quarter. Excludes bots.
with

clicks as (
    select
        clicked_sku_id as sku_id,
        business_date
    from {{ ref('int_searches_converted') }}
    where search_kind = 'organic' and clicked_sku_id is not null
),

counted as (
    select
        periods.period,
        clicks.sku_id,
        count(*) as click_count
    from {{ ref('dim_periods') }} as periods
    inner join clicks
        on periods.start_date <= clicks.business_date and periods.end_date > clicks.business_date
    group by periods.period, clicks.sku_id
),

titles as (
    select
        sku_id,
        category_id,
        lower(sku_name) as title
    from {{ ref('int_skus') }}
),

wanted as (
    select
        period,
        category_id,
        search_term
    from {{ ref('fct_search_keywords') }}
    where is_wanted
),

held as (
    select
        counted.period,
        counted.sku_id,
        count(*) as term_count
    from counted
    inner join titles on counted.sku_id = titles.sku_id
    inner join wanted
        on
            counted.period = wanted.period
            and titles.category_id = wanted.category_id
            and contains(titles.title, wanted.search_term)
    group by counted.period, counted.sku_id
),

final as (
    select
        counted.period,
        counted.sku_id,
        titles.sku_id is not null as is_known_product,
        held.sku_id is not null as is_title_wanted,
        counted.click_count,
        coalesce(held.term_count, 0) as term_count
    from counted
    left join titles on counted.sku_id = titles.sku_id
    left join held on counted.period = held.period and counted.sku_id = held.sku_id
)

select * from final
