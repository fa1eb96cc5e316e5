-- Grain: period x scope: visits and new visitors by the page that they land on, of all, of each
-- kind of page (`page_`) and of each source (`source_`).
with

scoped as (
    select
        'all' as scope,
        landings.*
    from {{ ref('fct_landing_pages') }} as landings
    union all
    select
        concat('page_', landings.landing_page_type) as scope,
        landings.*
    from {{ ref('fct_landing_pages') }} as landings
    union all
    select
        concat('source_', landings.source_group) as scope,
        landings.*
    from {{ ref('fct_landing_pages') }} as landings
),

-- Every period has all; what had no visit has no row of its own.
listed as (
    select
        period,
        'all' as scope
    from {{ ref('dim_periods') }}
    union
    select
        period,
        scope
    from scoped
),

final as (
    select
        listed.period,
        listed.scope,
        sum(scoped.session_count) as landing_session_count,
        sum(scoped.exit_count) as landing_exit_count,
        sum(scoped.trust_session_count) as trust_session_count,
        sum(scoped.trust_paid_session_count) as trust_paid_session_count,
        sum(scoped.session_count - scoped.trust_session_count) as trustless_session_count,
        sum(scoped.paid_session_count - scoped.trust_paid_session_count)
            as trustless_paid_session_count,
        sum(scoped.first_action_count) as first_action_count,
        sum(scoped.first_action_seconds) as first_action_seconds,
        sum(scoped.element_click_count) as element_click_count,
        sum(scoped.element_click_count * scoped.first_click_entropy) as element_click_bits,
        sum(scoped.mature_person_count) as mature_new_visitor_count,
        sum(scoped.new_person_count - scoped.mature_person_count) as young_new_visitor_count,
        sum(scoped.first_order_count) as first_order_visitor_count
    from listed
    left join scoped on listed.period = scoped.period and listed.scope = scoped.scope
    group by listed.period, listed.scope
)

select * from final
