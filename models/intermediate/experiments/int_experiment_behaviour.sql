-- Grain: cart, page with its load, or impression of a recommendation with whether it was clicked,
-- of a counted person. A table of its own: the largest part of what metrics sum, and read twice.
with

exposed as (
    select distinct person_id
    from {{ ref('int_exposures_assigned') }}
    where exclusion_reason is null
),

-- Nobody asks for what was done before the first time that experiments are compared with.
asked as (
    select
        min({{ dbt.dateadd('day', -var('experiment_baseline_days'), 'started_at') }}) as first_at
    from {{ ref('int_experiments') }}
),

behaviour as (
    select
        'cart' as kind,
        carts.visitor_id,
        carts.user_id,
        carts.sku_id,
        carts.event_at as acted_at,
        1 as amount
    from {{ ref('int_events') }} as carts
    inner join asked on carts.event_at >= asked.first_at
    where carts.event_name = 'add_to_cart'
    union all
    select
        'page' as kind,
        events.visitor_id,
        events.user_id,
        events.sku_id,
        events.event_at as acted_at,
        pages.load_ms as amount
    from {{ ref('int_page_perf') }} as pages
    inner join {{ ref('int_events') }} as events on pages.event_id = events.event_id
    inner join asked on events.event_at >= asked.first_at
    where pages.load_ms is not null
    union all
    select
        'recommendation' as kind,
        shown.visitor_id,
        shown.user_id,
        shown.sku_id,
        shown.shown_at as acted_at,
        case when shown.clicked_at is null then 0 else 1 end as amount
    from {{ ref('int_rec_impressions') }} as shown
    inner join asked on shown.shown_at >= asked.first_at
),

final as (
    select
        behaviour.kind,
        exposed.person_id,
        behaviour.sku_id,
        behaviour.acted_at,
        behaviour.amount
    from behaviour
    {{ join_persons('behaviour', ref('int_person_identifiers')) }}
    inner join exposed
        on
            coalesce(accounts.person_id, browsers.person_id, behaviour.visitor_id)
            = exposed.person_id
)

select * from final
