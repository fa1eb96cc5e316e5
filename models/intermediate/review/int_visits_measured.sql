-- Grain: period x scope: visits and visitors, of all and of each source (`source_`). A visitor of
-- several sources counts in each.
with

sessions as (
    select
        period,
        source_group,
        concat('source_', source_group) as scope,
        session_count,
        bounce_count,
        session_count - engaged_session_count as unengaged_session_count,
        checkout_count,
        paid_checkout_count,
        page_view_count,
        engaged_seconds,
        squared_seconds
    from {{ ref('int_sessions_summed_to_periods') }}
    union all
    select
        period,
        'all' as source_group,
        'all' as scope,
        sum(session_count) as session_count,
        sum(bounce_count) as bounce_count,
        sum(session_count - engaged_session_count) as unengaged_session_count,
        sum(checkout_count) as checkout_count,
        sum(paid_checkout_count) as paid_checkout_count,
        sum(page_view_count) as page_view_count,
        sum(engaged_seconds) as engaged_seconds,
        sum(squared_seconds) as squared_seconds
    from {{ ref('int_sessions_summed_to_periods') }}
    group by period
),

visitors as (
    select * from {{ ref('int_visitors_counted_to_periods') }}
),

final as (
    select
        sessions.period,
        sessions.scope,
        sessions.session_count,
        whole.session_count as session_count_of_all,
        sessions.bounce_count as bounced_session_count,
        sessions.unengaged_session_count,
        sessions.checkout_count as checkout_session_count,
        sessions.paid_checkout_count as paid_checkout_session_count,
        sessions.page_view_count,
        sessions.engaged_seconds,
        sessions.squared_seconds as squared_engaged_seconds,
        coalesce(visitors.visitor_count, 0) as visitor_count,
        coalesce(all_visitors.visitor_count, 0) as visitor_count_of_all,
        visitors.clickless_visitor_count,
        visitors.visitor_day_count,
        checkouts.checkout_person_count,
        checkouts.paid_person_count as paid_checkout_person_count
    from sessions
    inner join sessions as whole on sessions.period = whole.period and whole.scope = 'all'
    left join visitors
        on sessions.period = visitors.period and sessions.source_group = visitors.source_group
    left join visitors as all_visitors
        on sessions.period = all_visitors.period and all_visitors.source_group = 'all'
    left join {{ ref('int_checkouts_counted_to_periods') }} as checkouts
        on sessions.period = checkouts.period and sessions.scope = 'all'
)

select * from final
