-- Grain: person x local day x slot x model x whether the category was new to the person: what was
-- recommended, and whether the person came back after the first of it.
with

bots as (
    select distinct visitor_id
    from {{ ref('int_bot_flags') }}
),

shown as (
    select
        shown.rec_id,
        shown.slot,
        shown.model,
        skus.category_id,
        shown.shown_at,
        shown.clicked_at,
        {{ business_date('shown.shown_at') }} as business_date,
        coalesce(accounts.person_id, browsers.person_id, shown.visitor_id) as person_id
    from {{ ref('int_rec_impressions') }} as shown
    left join {{ ref('int_skus') }} as skus on shown.sku_id = skus.sku_id
    {{ join_persons('shown', ref('int_person_identifiers')) }}
    left join bots on shown.visitor_id = bots.visitor_id
    where bots.visitor_id is null
),

sessions as (
    select
        owners.person_id,
        sessions.session_id,
        sessions.started_at
    from {{ ref('int_session_owners') }} as owners
    inner join {{ ref('int_sessions') }} as sessions on owners.session_id = sessions.session_id
    where not owners.is_bot
),

-- The first look of a day tells whether there was one before something was shown.
looked as (
    select
        sessions.person_id,
        skus.category_id,
        {{ business_date('events.occurred_at') }} as business_date,
        min(events.occurred_at) as looked_at
    from {{ ref('int_events_sessionised') }} as events
    inner join sessions on events.session_id = sessions.session_id
    inner join {{ ref('int_skus') }} as skus on events.sku_id = skus.sku_id
    where events.event_name = 'detail_view'
    group by sessions.person_id, skus.category_id, {{ business_date('events.occurred_at') }}
),

familiar as (
    select distinct shown.rec_id
    from shown
    inner join looked
        on
            shown.person_id = looked.person_id
            and shown.category_id = looked.category_id
            and shown.shown_at > looked.looked_at
            and {{ dbt.dateadd('day', -var('familiar_category_days'), 'shown.business_date') }}
            <= looked.business_date
),

seen as (
    select
        shown.person_id,
        shown.business_date,
        shown.slot,
        shown.model,
        familiar.rec_id is null as is_cross_category,
        count(*) as impression_count,
        count(shown.clicked_at) as click_count,
        min(shown.shown_at) as first_shown_at
    from shown
    left join familiar on shown.rec_id = familiar.rec_id
    group by
        shown.person_id, shown.business_date, shown.slot, shown.model, familiar.rec_id is null
),

-- The visit in which it was shown had begun before.
returned as (
    select distinct
        seen.person_id,
        seen.first_shown_at
    from seen
    inner join sessions
        on
            seen.person_id = sessions.person_id
            and seen.first_shown_at < sessions.started_at
            and {{ dbt.dateadd('hour', 24 * var('return_days'), 'seen.first_shown_at') }}
            > sessions.started_at
),

final as (
    select
        seen.*,
        returned.person_id is not null as is_returned,
        {{ dbt.dateadd('hour', 24 + 24 * var('return_days'), 'seen.business_date') }}
        <= cast(int_as_of.as_of as timestamp) as is_mature
    from seen
    cross join {{ ref('int_as_of') }} as int_as_of
    left join returned
        on
            seen.person_id = returned.person_id
            and seen.first_shown_at = returned.first_shown_at
)

select * from final
