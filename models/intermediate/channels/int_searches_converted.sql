-- Grain: search of a person, on an engine or on the site, and whether it led to a paid order of
-- whatever product. What people type can be anything: a term that is no keyword and that few
-- persons searched for is not told.
with

searches as (
    select
        event_id,
        visitor_id,
        user_id,
        keyword_id,
        clicked_sku_id,
        lower(trim(query_text)) as search_term,
        engine,
        searched_at,
        is_paid,
        impressions,
        rank
    from {{ ref('int_search_queries') }}
),

keywords as (
    select
        keyword_id,
        category_id
    from {{ ref('int_keywords') }}
),

bots as (
    select distinct visitor_id
    from {{ ref('int_sessions') }}
    where is_bot
),

owned as (
    select
        searches.*,
        keywords.category_id,
        keywords.keyword_id is not null as is_keyword,
        coalesce(accounts.person_id, browsers.person_id, searches.visitor_id) as person_id
    from searches
    left join keywords on searches.keyword_id = keywords.keyword_id
    {{ join_persons('searches', ref('int_person_identifiers')) }}
    left join bots on searches.visitor_id = bots.visitor_id
    where bots.visitor_id is null
),

terms as (
    select
        search_term,
        min(category_id) as category_id,
        max(case when is_keyword then 1 else 0 end) = 1
        or count(distinct person_id) >= {{ var('search_term_persons') }} as is_told
    from owned
    group by search_term
),

orders as (
    select
        order_id,
        person_id,
        paid_at
    from {{ ref('int_orders_converted') }}
    where is_paid
),

amounts as (
    select
        order_id,
        sum(gmv_paid_amount) as gmv_paid_amount
    from {{ ref('int_order_lines_allocated') }}
    group by order_id
),

followed as (
    select
        owned.event_id,
        orders.order_id,
        row_number() over (partition by owned.event_id order by orders.paid_at, orders.order_id)
            as order_number
    from owned
    inner join orders
        on
            owned.person_id = orders.person_id
            and owned.searched_at <= orders.paid_at
            and {{ dbt.dateadd('hour', var('search_payment_hours'), 'owned.searched_at') }}
            > orders.paid_at
),

final as (
    select
        owned.event_id,
        owned.person_id,
        owned.clicked_sku_id,
        case when terms.is_told then owned.search_term else 'rare terms' end as search_term,
        case when terms.is_told then terms.category_id end as category_id,
        case
            when owned.engine = 'on_site' then 'on_site'
            when owned.is_paid then 'advertised'
            else 'organic'
        end as search_kind,
        {{ business_date('owned.searched_at') }} as business_date,
        {{ dbt.dateadd(
            'hour', 24 + var('search_payment_hours'), business_date('owned.searched_at')
        ) }} <= cast(int_as_of.as_of as timestamp) as is_mature,
        followed.order_id is not null as is_converted,
        amounts.gmv_paid_amount as order_amount,
        owned.impressions as impression_count,
        owned.rank
    from owned
    cross join {{ ref('int_as_of') }} as int_as_of
    inner join terms on owned.search_term = terms.search_term
    left join followed on owned.event_id = followed.event_id and followed.order_number = 1
    left join amounts on followed.order_id = amounts.order_id
)

select * from final
