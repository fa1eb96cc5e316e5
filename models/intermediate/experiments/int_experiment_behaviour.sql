-- Grain: cart, page with its load, or impression of a recommendation with whether it was clicked,
-- of a counted person. A table of its own: the largest part of what metrics sum, and read twice.
with

-- Nobody asks for what was done before the first time that experiments are compared with. Whoever
-- counts carries it: joined to every event by itself, it is taken for a join that leaves few rows.
asked as (
    select
        min({{ dbt.dateadd('day', -var('experiment_baseline_days'), 'started_at') }}) as first_at
    from {{ ref('int_experiments') }}
),

exposed as (
    select distinct
        assigned.person_id,
        asked.first_at
    from {{ ref('int_exposures_assigned') }} as assigned
    cross join asked
    where assigned.exclusion_reason is null
),

behaviour as (
    select
        'cart' as kind,
        visitor_id,
        user_id,
        sku_id,
        event_at as acted_at,
        1 as amount
    from {{ ref('int_events') }}
    where event_name = 'add_to_cart'
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
    where pages.load_ms is not null
    union all
    select
        'recommendation' as kind,
        visitor_id,
        user_id,
        sku_id,
        shown_at as acted_at,
        case when clicked_at is null then 0 else 1 end as amount
    from {{ ref('int_rec_impressions') }}
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
            and behaviour.acted_at >= exposed.first_at
)

select * from final
